import type { GridPos, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { flaglensQuery } from './flaglensQuery';
import { table } from './panels';

/** The signals that have a better and a worse; how much traffic there is has neither. */
export const judgedSignals = ['latency', 'errors'];

/** A field of a frame, what its column is called, and how many pixels it gets if not what is left. */
type Column = readonly [field: string, title: string, width?: number];

/** The columns that a person reads, in the order of the frame; all others are there for rules and exports. */
const shown: readonly Column[] = [
  ['variant', 'Feature', 110],
  ['signal', 'Signal', 90],
  ['state', 'Verdict', 130],
  ['evidence', 'Evidence', 90],
  ['n_baseline', 'n, baseline', 110],
  ['n_variant', 'n, feature', 110],
  ['since', 'Since', 170],
  ['headline', 'In words'],
];

/** A colour beside the word, never in its place. */
const stateColours: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      regressed: { color: 'red', index: 0 },
      withheld: { color: 'orange', index: 1 },
      inconclusive: { color: 'yellow', index: 2 },
      'insufficient data': { color: 'text', index: 3 },
      'not read': { color: 'text', index: 4 },
      'no data': { color: 'text', index: 5 },
      'within margin': { color: 'green', index: 6 },
      improved: { color: 'blue', index: 7 },
    },
  },
];

/** The verdict of every signal as a table that sorts, exports, and can be scripted against. */
export function verdictTable(id: number, flag: string, gridPos: GridPos): PanelBuilder {
  const panel = table(
    {
      id,
      title: 'Verdicts in words',
      description:
        'Each signal of each feature since the rollout began. Evidence of 1 and more is a regression: that is what alerts fire on.',
      gridPos,
    },
    flaglensQuery('A', { queryType: 'verdict', flag, signals: judgedSignals })
  );
  // What to act on first stands first.
  panel.withTransformation({ id: 'sortBy', options: { sort: [{ field: 'urgency', desc: true }] } });
  panel.overrideByRegexp(`/^(?!(?:${shown.map(([field]) => field).join('|')})$)/`, [
    { id: 'custom.hidden', value: true },
  ]);
  nameColumns(panel, shown);
  return colouredStates(panel, 'state')
    .overrideByName('evidence', [{ id: 'decimals', value: 2 }])
    .overrideByName('headline', [{ id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } }]);
}

/** Every flag with its verdict: where to look first. */
export function flagsTable(id: number, gridPos: GridPos): PanelBuilder {
  const panel = table(
    {
      id,
      title: 'All flags',
      description:
        'Every flag that has had traffic in the time range, with the share of each variant and the most damaging verdict of each feature.',
      gridPos,
    },
    flaglensQuery('A', { queryType: 'flags', stats: ['verdict'] })
  );
  nameColumns(panel, [
    ['flag', 'Flag'],
    ['variant', 'Variant'],
    ['role', 'Role'],
    ['share', 'Share'],
    ['first_seen', 'First seen'],
    ['last_seen', 'Last seen'],
    ['verdict', 'Verdict'],
    ['evidence', 'Evidence'],
    ['discovery', 'Stands out'],
  ]);
  return colouredStates(panel, 'verdict').overrideByName('evidence', [{ id: 'decimals', value: 2 }]);
}

function nameColumns(panel: PanelBuilder, columns: readonly Column[]): void {
  for (const [field, title, width] of columns) {
    panel.overrideByName(field, [
      { id: 'displayName', value: title },
      ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    ]);
  }
}

function colouredStates(panel: PanelBuilder, field: string): PanelBuilder {
  return panel.overrideByName(field, [
    { id: 'mappings', value: stateColours },
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
  ]);
}
