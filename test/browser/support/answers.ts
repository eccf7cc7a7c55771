import type { Page } from '@playwright/test';

/** A frame as the backend answers it. */
interface JsonFrame {
  schema: { fields: Array<{ name: string }> };
  data: { values: unknown[][] };
}
interface Answer {
  results: Record<string, { status?: number; error?: string; frames?: JsonFrame[] }>;
}
type Row = Record<string, unknown>;

function isVerdicts({ schema }: JsonFrame): boolean {
  return ['state', 'evidence'].every((name) => schema.fields.some((field) => field.name === name));
}

/** Changes each row of verdicts in what the backend answers, from now on; everything else stays as it is. */
export async function changeVerdicts(page: Page, change: (row: Row) => Row): Promise<void> {
  await page.route('**/api/ds/query*', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as Answer;
    for (const { frames = [] } of Object.values(answer.results)) {
      for (const frame of frames.filter(isVerdicts)) {
        const names = frame.schema.fields.map(({ name }) => name);
        const rows = (frame.data.values[0] ?? []).map((_, index) =>
          change(Object.fromEntries(names.map((name, column) => [name, frame.data.values[column]?.[index]])))
        );
        frame.data.values = names.map((name) => rows.map((row) => row[name] ?? null));
      }
    }
    await route.fulfill({ response, json: answer });
  });
}
