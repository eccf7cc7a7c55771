export { SeriesHistogram } from './metrics/SeriesHistogram.js';
