import { type DataFrame, VisualizationSuggestionScore, type VisualizationSuggestionsSupplier } from '@grafana/data';

import { type ComparisonFieldConfig } from './fieldOptions';
import { readCumulative, readHeatmap, readShift } from './frames/distributions';
import { readComparisonRows, readSeries } from './frames/series';
import { readVerdicts } from './frames/verdicts';
import { type ComparisonOptions } from './options';

function isComparison(frame: DataFrame): boolean {
  return readSeries(frame).length > 0 || readComparisonRows(frame) !== null || readVerdicts(frame) !== null;
}

function isDistribution(frame: DataFrame): boolean {
  return readCumulative(frame).length > 0 || readShift(frame).length > 0 || readHeatmap(frame) !== null;
}

/**
 * Offers the panel, among Grafana's suggestions, for data that it can draw. Grafana before 12.3 asks no panel but its own,
 * and hands over no frames.
 */
export const suggest: VisualizationSuggestionsSupplier<ComparisonOptions, ComparisonFieldConfig> = ({
  rawFrames = [],
}) => {
  const card = (name: string, view: ComparisonOptions['view']) => ({
    name,
    options: { view },
    score: VisualizationSuggestionScore.Best,
  });
  return [
    ...(rawFrames.some(isComparison) ? [card('Flaglens comparison', 'comparison')] : []),
    ...(rawFrames.some(isDistribution) ? [card('Flaglens distribution', 'distribution')] : []),
  ];
};
