import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { backendBinary, toolBinary } from '../../../scripts/lib/paths';
import { demoSettings } from '../../../scripts/start/stack';
import type { Query } from '../../../src/contract/contract.gen';
import { Bridge } from '../../../workbench/server/Bridge';
import { datasourceType, datasourceUid } from '../../../workbench/server/settings';

/** A row of a table: a value per column. Times are unix milliseconds. */
export type Row = Record<string, string | number | boolean | null>;

/** A frame as Grafana's query API answers it. */
export interface Frame {
  schema: {
    name?: string;
    meta?: { type?: string; notices?: Array<{ severity: string; text: string }>; executedQueryString?: string };
    fields: Array<{ name: string; type: string; labels?: Record<string, string>; config?: Record<string, unknown> }>;
  };
  data: { values: Array<Array<string | number | boolean | null>> };
}

/** The time that a query is about, in unix seconds. */
export interface Span {
  from: number;
  to: number;
}

/** The real backend binary behind the real plugin protocol, on a Prometheus, with the demo's settings. */
export class BackendUnderTest {
  readonly #bridge: Bridge;
  readonly #folder: string;

  private constructor(bridge: Bridge, folder: string) {
    this.#bridge = bridge;
    this.#folder = folder;
  }

  /** @param settings the demo's, unless the test is about others */
  static async start(prometheusUrl: string, settings = demoSettings(prometheusUrl)): Promise<BackendUnderTest> {
    const folder = await mkdtemp(path.join(tmpdir(), 'flaglens-backend-'));
    const bridge = await Bridge.start({
      binary: toolBinary('flaglens-bridge'),
      backend: process.env.FLAGLENS_BACKEND ?? backendBinary(),
      logFile: path.join(folder, 'bridge.log'),
      // Whoever asks it next hears of it.
      onUnexpectedExit: () => undefined,
    });
    try {
      await bridge.apply({ ...settings, url: prometheusUrl });
    } catch (error) {
      await bridge.stop();
      throw error;
    }
    return new BackendUnderTest(bridge, folder);
  }

  /**
   * Asks one query.
   *
   * @throws Error with the backend's own words if it fails
   */
  async frames(query: Query, { from, to }: Span): Promise<Frame[]> {
    const response = await fetch(`${this.#bridge.url}/api/ds/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        from: String(from * 1000),
        to: String(to * 1000),
        queries: [
          {
            refId: 'A',
            datasource: { type: datasourceType, uid: datasourceUid },
            intervalMs: 15_000,
            maxDataPoints: 1000,
            ...query,
          },
        ],
      }),
    });
    const answer = (await response.json()) as {
      message?: string;
      results?: { A?: { error?: string; frames?: Frame[] } };
    };
    const { error, frames } = answer.results?.A ?? {};
    if (error !== undefined || !frames) {
      throw new Error(
        `${query.queryType} of ${query.flag ?? 'all flags'}: ${error ?? answer.message ?? response.status}`
      );
    }
    return frames;
  }

  /** The rows of the only frame of an answer. */
  async rows(query: Query, span: Span): Promise<Row[]> {
    const [frame, ...others] = await this.frames(query, span);
    if (!frame || others.length > 0) {
      throw new Error(`${query.queryType} answers ${others.length + (frame ? 1 : 0)} frames, not one`);
    }
    const { schema, data } = frame;
    return Array.from({ length: data.values[0]?.length ?? 0 }, (_, row) =>
      Object.fromEntries(schema.fields.map(({ name }, column) => [name, data.values[column]?.[row] ?? null]))
    );
  }

  async stop(): Promise<void> {
    await this.#bridge.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
