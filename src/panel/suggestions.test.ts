import {
  type DataFrame,
  FieldType,
  getPanelDataSummary,
  toDataFrame,
  type VisualizationSuggestion,
} from '@grafana/data';

import { plugin } from './module';
import { goldenFrames } from './testing/frames';

function offered(frames: DataFrame[]): Array<string | undefined> {
  return (plugin.getSuggestions(getPanelDataSummary(frames)) ?? []).map(({ name }: VisualizationSuggestion) => name);
}

describe('the suggestions', () => {
  it.each<[string, string[]]>([
    ['compare-two-signals', ['Flaglens comparison']],
    ['split', ['Flaglens comparison']],
    ['table', ['Flaglens comparison']],
    ['verdict', ['Flaglens comparison']],
    ['cdf', ['Flaglens distribution']],
    ['shift', ['Flaglens distribution']],
    ['heatmap', ['Flaglens distribution']],
    ['flags', []],
    ['alert', []],
    ['no-data', []],
  ])('of %s are %j', (golden, wanted) => {
    expect(offered(goldenFrames(golden))).toEqual(wanted);
  });

  it('are none for what another datasource answers', () => {
    const other = toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: [1, 2] },
        { name: 'Value', type: FieldType.number, values: [1, 2], labels: { le: '0.1', instance: 'a' } },
      ],
    });
    expect(offered([other])).toEqual([]);
  });

  it('are none where the host hands no frames over', () => {
    expect(plugin.getSuggestions({ ...getPanelDataSummary([]), rawFrames: undefined })).toEqual([]);
  });

  it('show what they offer', () => {
    const [suggestion] = plugin.getSuggestions(getPanelDataSummary(goldenFrames('heatmap'))) ?? [];
    expect(suggestion?.options).toEqual({ view: 'distribution' });
  });
});
