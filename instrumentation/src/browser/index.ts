export { createBrowserEvents } from './createBrowserEvents.js';
export type {
  BrowserEvents,
  BrowserEventsOptions,
  BrowserFlagHook,
  BrowserFlags,
  BrowserProperties,
  Consent,
  EvaluatedFlag,
  ExposeOptions,
  TrackOptions,
  VitalMetric,
  VitalsLibrary,
} from './options.js';
