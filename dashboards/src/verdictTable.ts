import type { GridPos, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { flaglensQuery } from './flaglensQuery';
import { table } from './panels';

/** The signals that have a better and a worse; how much traffic there is has neither. */
export const judgedSignals = ['latency', 'errors'];

/** The columns that a person reads, in the order of the frame; all others are there for rules and exports. */
const shown: ReadonlyArray<readonly [field: string, title: string, width?: number]> = [
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
      'no data': { color: 'text', index: 4 },
      'within margin': { color: 'green', index: 5 },
      improved: { color: 'blue', index: 6 },
    },
  },
];

/** The verdict of every signal as a table that sorts, exports, and can be scripted against. */
export function verdictTable(flag: string, gridPos: GridPos): PanelBuilder {
  const panel = table(
    {
      title: 'Verdicts in words',
      description:
        'Each signal of each feature since the rollout began. Evidence of 1 and more is a regression: that is what alerts fire on.',
      gridPos,
    },
    flaglensQuery('A', { queryType: 'verdict', flag, signals: judgedSignals })
  );
  panel.overrideByRegexp(`/^(?!(?:${shown.map(([field]) => field).join('|')})$)/`, [
    { id: 'custom.hidden', value: true },
  ]);
  for (const [field, title, width] of shown) {
    panel.overrideByName(field, [
      { id: 'displayName', value: title },
      ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    ]);
  }
  return panel
    .overrideByName('state', [
      { id: 'mappings', value: stateColours },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ])
    .overrideByName('evidence', [{ id: 'decimals', value: 2 }])
    .overrideByName('headline', [{ id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } }]);
}
