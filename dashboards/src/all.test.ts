import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allDashboards, toJson } from './all';

const generated = join(__dirname, '..', 'generated');
const dashboards = [...allDashboards()];

test('the folder holds these dashboards and no others', () => {
  expect(readdirSync(generated).sort()).toEqual(dashboards.map(([file]) => file).sort());
});

describe.each(dashboards)('%s', (file, dashboard) => {
  test('is committed as it is generated (npm run generate -w dashboards)', () => {
    expect(readFileSync(join(generated, file), 'utf8')).toBe(toJson(dashboard));
  });

  test('imports by itself: no id, a fixed uid, the datasource as a variable', () => {
    const text = toJson(dashboard);
    expect(dashboard.id).toBeNull();
    expect(dashboard.uid).toMatch(/^flaglens-[a-z-]+$/);
    const uids = [...text.matchAll(/"type": "flaglens-datasource",\s+"uid": "([^"]+)"/g)].map(([, uid]) => uid);
    expect(new Set(uids)).toEqual(new Set(['${datasource}']));
  });

  test('every panel has an id of its own, by which links and shared dashboards know it', () => {
    const ids = (dashboard.panels ?? []).map(({ id }) => id);
    expect(ids.every((id) => Number.isInteger(id) && (id ?? 0) > 0)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('no two panels overlap, and none leaves the grid', () => {
    const places = (dashboard.panels ?? []).flatMap((panel) => (panel.gridPos ? [panel.gridPos] : []));
    const taken = new Set<string>();
    for (const { x, y, w, h } of places) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++) {
        for (let row = y; row < y + h; row++) {
          const cell = `${column}:${row}`;
          expect(taken.has(cell)).toBe(false);
          taken.add(cell);
        }
      }
    }
    expect(taken.size).toBeGreaterThan(0);
  });
});

test('the existing application reads the baseline alone', () => {
  const dashboard = allDashboards().get('existing-application.json');
  const targets = (dashboard?.panels ?? []).flatMap((panel) => ('targets' in panel ? (panel.targets ?? []) : []));
  expect(targets.length).toBeGreaterThan(0);
  for (const target of targets) {
    expect(target).toMatchObject({ roles: ['baseline'] });
  }
});

test('ids of panels stay: links and shared dashboards hold them', () => {
  const ids = (file: string) =>
    (allDashboards().get(file)?.panels ?? []).map((panel) => [panel.id, 'title' in panel ? panel.title : '']);
  expect(ids('feature.json')).toEqual([
    [1, '${flag}: feature over baseline'],
    [2, 'Verdicts in words'],
    [3, 'Where it differs: latency p95 by route'],
    [4, 'Requests a second'],
    [5, '${flag}: distribution of the latency'],
    [6, 'All flags'],
  ]);
  expect(ids('existing-application.json')).toEqual([
    [1, 'Latency p95'],
    [2, 'Errors'],
    [3, 'Requests a second'],
    [4, 'Latency'],
    [5, 'Errors'],
    [6, 'Requests a second'],
    [7, 'Latency distribution'],
  ]);
});

test('verdicts stand in words with the worst first', () => {
  const table = (allDashboards().get('feature.json')?.panels ?? []).find(({ id }) => id === 2);
  expect(table).toMatchObject({
    transformations: [{ id: 'sortBy', options: { sort: [{ field: 'urgency', desc: true }] } }],
  });
});
