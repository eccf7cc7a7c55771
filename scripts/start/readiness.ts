import { datasourceType, datasourceUid } from '../../workbench/server/settings';
import { waitFor } from '../lib/waitFor';

interface QueryAnswer {
  message?: string;
  results?: Record<string, { error?: string; frames?: Array<{ schema: FrameSchema; data: { values: unknown[][] } }> }>;
}

interface FrameSchema {
  fields: Array<{ name: string; labels?: Record<string, string> }>;
}

const flagsWanted = 2;

async function query(base: string, queries: object[], signal?: AbortSignal): Promise<QueryAnswer> {
  const datasource = { type: datasourceType, uid: datasourceUid };
  const response = await fetch(`${base}/api/ds/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      from: 'now-2m',
      to: 'now',
      queries: queries.map((one) => ({ datasource, intervalMs: 5000, maxDataPoints: 100, ...one })),
    }),
    ...(signal ? { signal } : {}),
  });
  return (await response.json()) as QueryAnswer;
}

/** The values of a string field of the only frame of an answer. */
function column(answer: QueryAnswer, refId: string, name: string): unknown[] {
  const frame = answer.results?.[refId]?.frames?.[0];
  const index = frame?.schema.fields.findIndex((field) => field.name === name) ?? -1;
  return frame?.data.values[index] ?? [];
}

/** The roles that have at least one number, as the series of a query's answer say. */
function rolesWithData(answer: QueryAnswer, refId: string): Set<string> {
  const frames = answer.results?.[refId]?.frames ?? [];
  const roles = frames.flatMap(({ schema, data }) =>
    schema.fields.flatMap((field, index) =>
      field.labels?.role !== undefined && data.values[index]?.some((value) => typeof value === 'number')
        ? [field.labels.role]
        : []
    )
  );
  return new Set(roles);
}

function firstError(answer: QueryAnswer): string | undefined {
  return answer.message ?? Object.values(answer.results ?? {}).find((result) => result.error !== undefined)?.error;
}

/** What is missing before the page shows data, or nothing if it does. */
async function missing(base: string): Promise<string | undefined> {
  const inventory = await query(base, [{ refId: 'flags', queryType: 'flags' }]);
  const flags = [...new Set(column(inventory, 'flags', 'flag'))];
  if (flags.length < flagsWanted) {
    return firstError(inventory) ?? `${flags.length} flags have data so far`;
  }
  const answer = await query(
    base,
    flags.map((flag, index) => ({
      refId: `F${index}`,
      queryType: 'split',
      flag,
      signals: ['latency'],
      stats: ['p95'],
    }))
  );
  const complete = flags.filter((_, index) => {
    const roles = rolesWithData(answer, `F${index}`);
    return roles.has('baseline') && roles.has('feature');
  });
  return complete.length >= flagsWanted
    ? undefined
    : (firstError(answer) ?? `${complete.length} flags have both variants so far`);
}

/** Waits until queries through the page's own address give both variants of at least two flags. */
export async function waitForData(base: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  await waitFor(
    async () => {
      const reason = await missing(base);
      return reason === undefined ? { answer: true } : { notYet: reason };
    },
    { what: 'Data of two flags with both variants', timeoutMs, pauseMs: 500, ...(signal ? { signal } : {}) }
  );
}

/** Asks the datasource how it is. @returns whether it is well, and what it says */
export async function health(base: string): Promise<{ ok: boolean; message: string }> {
  const response = await fetch(`${base}/api/datasources/uid/${datasourceUid}/health`);
  const answer = (await response.json()) as { message?: string };
  return { ok: response.ok, message: answer.message ?? `status ${response.status}` };
}
