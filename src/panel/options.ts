/** The panel's views. */
export type PanelView = 'comparison' | 'distribution';

/** What a user can set on the panel. */
export interface ComparisonOptions {
  /** What the panel shows: feature over baseline over time, or the distribution of one histogram. */
  view: PanelView;
  /** Draw the main signal's track. */
  showMainTrack: boolean;
  /** Draw the track of the first signal that is a ratio, such as errors. */
  showErrorsTrack: boolean;
  /** Draw each variant's share of the traffic. */
  showTrafficTrack: boolean;
  showLegend: boolean;
  showTable: boolean;
  /** Shade the area between baseline and feature, worse or better. */
  showShading: boolean;
  /** Draw the thresholds of the field config. */
  showThresholds: boolean;
  /** Mark traces on the main track. */
  showExemplars: boolean;
  /** Mark changes of the flag and its allocation, and annotations. */
  showChanges: boolean;
  /** Id of the signal that the main track draws; empty: the one that the verdict in the header is about. */
  mainSignal: string;
  /** How many features are drawn; the table lists all of them. */
  maxFeatures: number;
}

/** What an untouched panel shows. */
export const DEFAULT_OPTIONS: ComparisonOptions = {
  view: 'comparison',
  showMainTrack: true,
  showErrorsTrack: true,
  showTrafficTrack: true,
  showLegend: true,
  showTable: true,
  showShading: true,
  showThresholds: true,
  showExemplars: true,
  showChanges: true,
  mainSignal: '',
  maxFeatures: 4,
};

/** Options as a dashboard stores them may lack fields that came later. */
export function withDefaults(stored: Partial<ComparisonOptions> | undefined): ComparisonOptions {
  return { ...DEFAULT_OPTIONS, ...stored };
}
