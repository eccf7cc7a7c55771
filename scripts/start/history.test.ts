import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { toolBinary } from '../lib/paths';
import { promtoolBinary } from './history';

let folder: string;
let named: string;
let beside: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'flaglens-promtool-'));
  named = path.join(folder, 'my-promtool');
  beside = path.join(folder, 'promtool');
  writeFileSync(named, '');
  writeFileSync(beside, '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the promtool is the one that is named, else the one beside the Prometheus in use', () => {
  const prometheus = path.join(folder, 'prometheus');
  expect(promtoolBinary({ FLAGLENS_PROMTOOL: named, FLAGLENS_PROMETHEUS: prometheus })).toBe(named);
  expect(promtoolBinary({ FLAGLENS_PROMETHEUS: prometheus })).toBe(beside);
});

test('what is named and not there is passed over, down to the one that the set-up builds or to none', () => {
  const nowhere = path.join(folder, 'nowhere');
  const env = {
    FLAGLENS_PROMTOOL: path.join(nowhere, 'promtool'),
    FLAGLENS_PROMETHEUS: path.join(nowhere, 'prometheus'),
  };
  expect([toolBinary('promtool'), undefined]).toContain(promtoolBinary(env));
});
