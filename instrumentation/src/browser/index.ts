export { createBrowserEvents } from './createBrowserEvents.js';
export type {
  BrowserEvents,
  BrowserEventsOptions,
  BrowserFlagHook,
  BrowserFlags,
  BrowserProperties,
  Consent,
  EvaluatedFlag,
  TrackOptions,
  VitalMetric,
  VitalsLibrary,
} from './options.js';
