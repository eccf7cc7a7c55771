/** What bounds the number of series. Values beyond a limit become `other` and are counted. */
export interface Limits {
  /** Flag keys; 100 if absent. Registered flags are always among them. */
  flags?: number;
  /** Variants of one flag; 20 if absent. Registered variants are always among them. */
  variantsPerFlag?: number;
  /** Routes; 200 if absent. Registered routes are always among them. */
  routes?: number;
  /** Operations of endpoints that have many, such as GraphQL; 50 if absent. Those of registered routes are always kept. */
  operations?: number;
  /** Status codes; 40 if absent. */
  statuses?: number;
  /** Provider names; 10 if absent. */
  providers?: number;
  /** Values of one custom dimension; 20 if absent. */
  dimensionValues?: number;
  /** Classes of thrown errors, beside OpenFeature's error codes; 20 if absent. */
  exceptions?: number;
  /** Values of one label of a metric that is split; 200 if absent. */
  labelValues?: number;
  /** Combinations of label values of a metric that is split; 2000 if absent. */
  labelSets?: number;
  /** Characters of one label value; 64 if absent. Longer ones are their beginning and a hash. */
  valueLength?: number;
  /** Series (a histogram counts as one) that are created at zero ahead of traffic; 5000 if absent. */
  initialisedSeries?: number;
}
