import { createContext, useContext } from 'react';
import { type Geometry } from './geometry';

/** The tracks as they lie on the page, for what is drawn under and over them. */
export interface Stage extends Geometry {
  /** The shared time axis of the samples, milliseconds. */
  times: readonly number[];
  /** How exactly the samples' times are written. */
  precision: 'minute' | 'second';
}

const StageContext = createContext<Stage | null>(null);
export const StageProvider = StageContext.Provider;

/** The tracks that something is drawn under or over. */
export function useStage(): Stage {
  const stage = useContext(StageContext);
  if (stage === null) {
    throw new Error('no tracks: put marks into Tracks');
  }
  return stage;
}
