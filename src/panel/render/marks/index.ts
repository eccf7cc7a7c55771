/** What is marked under and over the tracks: rollout, changes, traces, the crosshair and what stands under it. */
export { ChangeMarkers } from './ChangeMarkers';
export { CrosshairLayer } from './CrosshairLayer';
export { LazyExemplars } from './LazyExemplars';
export { RolloutTint } from './RolloutTint';
export { Veil } from './Veil';
export { Tooltip } from './Tooltip';
export { useCrosshair } from './useCrosshair';
