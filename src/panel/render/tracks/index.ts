/** The tracks: lines and areas over one time axis, and where they lie for what is marked on them. */
export { buildTracks, type Hidden } from './buildTracks';
export { endColumns } from './endLabelsOf';
export { importantPoints, type PlacedTrack } from './geometry';
export { useStage } from './stage';
export { Tracks } from './Tracks';
