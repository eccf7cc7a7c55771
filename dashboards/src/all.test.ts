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
