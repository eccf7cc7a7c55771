export { Events } from './Events.js';
export { DROP_REASONS, EVENT_LABELS, EVENT_METRICS, type DropReason } from './names.js';
export type {
  CommonEventDefinition,
  ConversionEvent,
  CustomEvent,
  EngagementEvent,
  EventDefinition,
  EventLayer,
  EventOptions,
  ExposureEvent,
  FunnelDefinition,
  FunnelStepEvent,
  RevenueEvent,
  TrackOptions,
  ValueDefinition,
} from './options.js';
export type { EventSchema, JsonSchema, JsonSchemaCompiler, SafeParser, StandardSchema } from './schema.js';
