import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { type PanelLayout } from '../../model/layout';
import { type TimeAxis } from '../../model/timeAxis';
import { type Looks } from './tokens';

/** What everything that is drawn in one panel has in common. */
interface Surroundings {
  axis: TimeAxis;
  looks: Looks;
  /** Where everything goes; a distribution is laid out by itself. */
  layout?: PanelLayout;
}

const DrawingContext = createContext<Surroundings | null>(null);

/** Gives everything that is drawn in one panel the same time axis, looks and layout. */
export function Drawing({ axis, looks, layout, children }: Surroundings & { children: ReactNode }) {
  const value = useMemo(() => ({ axis, looks, layout }), [axis, looks, layout]);
  return <DrawingContext.Provider value={value}>{children}</DrawingContext.Provider>;
}

function useSurroundings<Name extends keyof Surroundings>(name: Name): NonNullable<Surroundings[Name]> {
  const value = useContext(DrawingContext)?.[name];
  if (value === undefined) {
    throw new Error(`no ${name}: put this part of the panel into a Drawing that has it`);
  }
  return value;
}

/** The time axis of the panel. */
export const useAxis = () => useSurroundings('axis');
/** The look of each variant by name. */
export const useLooks = () => useSurroundings('looks');
/** Where everything of a comparison goes. */
export const useLayout = () => useSurroundings('layout');
