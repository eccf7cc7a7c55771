import { css } from '@emotion/css';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { useLayoutEffect, useRef } from 'react';
import { type PlotFrame } from './plotOptions';
import { type Track } from './track';
import { TrackPicture } from './TrackPicture';

interface TrackPlotProps {
  track: Track;
  /** The shared time axis, milliseconds. */
  times: number[];
  frame: PlotFrame;
}

/** The canvas of one track. It is a picture only: the crosshair and the tables say what it shows. */
export function TrackPlot({ track, times, frame }: TrackPlotProps) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const host = useRef<HTMLDivElement>(null);
  const picture = useRef<TrackPicture | null>(null);

  useLayoutEffect(() => {
    if (!host.current) {
      return;
    }
    const own = new TrackPicture(host.current);
    picture.current = own;
    return () => own.destroy();
  }, []);
  useLayoutEffect(() => {
    picture.current?.draw({ track, times, frame, theme });
  }, [track, times, frame, theme]);

  return <div ref={host} className={styles.host} aria-hidden data-testid={`flaglens-track-${track.id}`} />;
}

/** uPlot's own rules, as far as they are needed: a host need not have loaded its style sheet. */
const getStyles = () => ({
  host: css({
    '.uplot': { width: 'min-content', lineHeight: 1.5 },
    '.uplot, .uplot *': { boxSizing: 'border-box' },
    '.u-wrap': { position: 'relative', userSelect: 'none' },
    '.u-over, .u-under, .u-axis': { position: 'absolute' },
    '.u-under': { overflow: 'hidden' },
    '.u-over': { pointerEvents: 'none' },
    '.uplot canvas': { display: 'block', position: 'relative', width: '100%', height: '100%' },
  }),
});
