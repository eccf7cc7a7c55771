export { MetricFactory, type MetricConfig } from './metrics/MetricFactory.js';
