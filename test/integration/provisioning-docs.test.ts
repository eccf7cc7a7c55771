import { readFileSync } from 'node:fs';
import path from 'node:path';

import { root } from '../../scripts/lib/paths';
import type { Query } from '../../src/contract/contract.gen';
import { parseDatasourceFile } from '../../workbench/server/datasourceFile';
import { BackendUnderTest } from './support/BackendUnderTest';
import { documentedExamples, openMetrics } from './support/documentedExamples';
import { PastPrometheus } from './support/PastPrometheus';

jest.setTimeout(240_000);

const examples = documentedExamples(readFileSync(path.join(root, 'docs/provisioning.md'), 'utf8'));
const end = Math.floor(Date.now() / 1000 / 60) * 60 - 120;

test('there is an example of each way to split', () => {
  const modes = examples.map(({ datasource }) => /mode: (\w+)/.exec(datasource)?.[1] ?? 'labels');
  expect(new Set(modes)).toEqual(new Set(['labels', 'flag_label', 'info', 'matchers']));
});

describe.each(examples.map((example) => [example.title, example] as const))('%s', (_, example) => {
  let prometheus: PastPrometheus;
  let backend: BackendUnderTest;

  beforeAll(async () => {
    prometheus = await PastPrometheus.of(openMetrics(example, end));
    backend = await BackendUnderTest.start(prometheus.url, parseDatasourceFile(example.datasource, {}));
  });

  afterAll(async () => {
    await backend.stop();
    await prometheus.stop();
  });

  test('gives the verdict that the guide promises', async () => {
    const rows = await backend.rows(example.query as unknown as Query, { from: end - 900, to: end });
    expect(rows.map(({ variant, state, reason }) => ({ variant, state, reason }))).toEqual([
      { variant: example.variant, state: example.state, reason: expect.any(String) as string },
    ]);
  });
});
