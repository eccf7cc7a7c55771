export type { SpanCounts } from './BoundedExport.js';
export type { TracingOptions } from './options.js';
export { startTracing, type RunningTracing } from './startTracing.js';
