import { TRACK_TITLE } from './heights';
import { layoutOf, type LayoutWishes, type PanelLayout } from './layout';

const all: LayoutWishes = {
  showMainTrack: true,
  showTable: true,
  errors: true,
  traffic: true,
  notices: true,
  rows: 8,
  judged: false,
  remark: false,
  changes: false,
};
const judged: LayoutWishes = { ...all, judged: true, remark: true, changes: true };

/** What is drawn, in a word each. */
function drawn({ tracks, table, note, footer, stats }: PanelLayout): string {
  const { main, errors, traffic } = tracks.heights;
  return [
    tracks.lane > 0 && 'lane',
    main > 0 && 'main',
    stats === 'all' && 'percentiles',
    errors > 0 && 'errors',
    traffic > 0 && 'traffic',
    table.placement !== 'none' && `table ${table.placement}`,
    note.height > 0 && 'note',
    footer > 0 && 'footer',
  ]
    .filter(Boolean)
    .join(', ');
}

test.each([
  [1200, 640, 'wide', 'main, percentiles, errors, traffic, table beside, footer'],
  [1000, 400, 'wide', 'main, percentiles, errors, traffic, table beside, footer'],
  [999, 700, 'stacked', 'main, percentiles, errors, traffic, table below, footer'],
  [800, 600, 'stacked', 'main, percentiles, errors, traffic, table below, footer'],
  [800, 530, 'stacked', 'main, percentiles, errors, table below, footer'],
  [800, 500, 'stacked', 'main, errors, table below, footer'],
  [800, 470, 'stacked', 'main, percentiles, table below, footer'],
  [800, 320, 'stacked', 'main, table below, footer'],
  [800, 200, 'stacked', 'main'],
  [699, 400, 'compact', 'main, table below'],
  [480, 280, 'compact', 'main, table below'],
  [480, 180, 'compact', 'main, table below'],
  [439, 300, 'spark', 'main'],
  [300, 120, 'header', ''],
  [1200, 159, 'header', ''],
])('%p by %p is %p with %p', (width, height, mode, parts) => {
  const layout = layoutOf(width, height, all);
  expect([layout.mode, drawn(layout)]).toEqual([mode, parts]);
});

test.each([
  [1200, 640, 'wide', 'lane, main, percentiles, errors, traffic, table beside, note, footer'],
  [1000, 300, 'wide', 'main, errors, table beside, footer'],
  [800, 700, 'stacked', 'lane, main, percentiles, errors, traffic, table below, note, footer'],
  [800, 320, 'stacked', 'main, table below, footer'],
  [480, 280, 'compact', 'main, table below, note'],
  [480, 180, 'compact', 'main'],
  [376, 240, 'spark', 'main, note'],
  [376, 170, 'spark', 'main'],
  [300, 120, 'header', ''],
])('with verdicts %p by %p is %p with %p', (width, height, mode, parts) => {
  const layout = layoutOf(width, height, judged);
  expect([layout.mode, drawn(layout)]).toEqual([mode, parts]);
});

test.each([['without', all] as const, ['with', judged] as const])(
  'nothing is larger than the panel, %s verdicts',
  (_, wishes) => {
    for (let width = 100; width <= 1400; width += 50) {
      for (let height = 60; height <= 900; height += 20) {
        const { mode, header, footer, tracks, table, note } = layoutOf(width, height, wishes);
        const below = table.placement === 'below' ? table.height : 0;
        const noted = table.placement === 'beside' ? 0 : note.height;
        expect(header + footer + tracks.height + below + noted).toBeLessThanOrEqual(height);
        expect(table.placement === 'beside' ? header + table.height + note.height : 0).toBeLessThanOrEqual(height);
        expect(tracks.width + (table.placement === 'beside' ? table.width : 0)).toBeLessThanOrEqual(width);
        const { main, errors, traffic } = tracks.heights;
        const shown = [main, errors, traffic].filter((value) => value > 0);
        const titles = tracks.titles ? shown.length * TRACK_TITLE : 0;
        if (mode !== 'header') {
          expect(shown.reduce((sum, value) => sum + value, titles + tracks.axis + tracks.lane)).toBeLessThanOrEqual(
            tracks.height
          );
        }
      }
    }
  }
);

test('the tracks take the room of a table that is hidden', () => {
  expect(layoutOf(1200, 640, { ...all, showTable: false })).toMatchObject({
    table: { placement: 'none' },
    tracks: { width: 1200 },
  });
});

test('a table alone fills the panel', () => {
  const layout = layoutOf(1200, 640, { ...all, showMainTrack: false, errors: false, traffic: false });
  expect(layout).toMatchObject({ table: { placement: 'below', width: 1200 }, tracks: { height: 0 } });
});
