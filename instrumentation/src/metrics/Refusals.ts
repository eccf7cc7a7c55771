/** Counts a value that a metric refused, by the metric's name: NaN, infinite, or negative where it cannot be. */
export type Refuse = (metricName: string) => void;

/** For metrics that nobody reads. */
export const REFUSE_SILENTLY: Refuse = () => undefined;
