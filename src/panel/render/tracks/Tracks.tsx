import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode, useMemo } from 'react';
import { TRACK_TITLE } from '../../model/heights';
import { type SignalView } from '../../model/signals';
import { testIds, useAxis, useLayout } from '../base';
import { type Hidden } from './buildTracks';
import { endLabelsOf } from './endLabelsOf';
import { EndLabels } from './EndLabels';
import { axisWidth, geometryOf } from './geometry';
import { type PlotFrame } from './plotOptions';
import { type Stage, StageProvider } from './stage';
import { type Track } from './track';
import { TrackPlot } from './TrackPlot';
import { TrackTitle } from './TrackTitle';

interface TracksProps {
  tracks: Track[];
  times: number[];
  precision: Stage['precision'];
  /** Variants whose latest values stand at the right. */
  columns: readonly string[];
  mainSignal: SignalView | null;
  showLegend: boolean;
  hidden: Hidden;
  onToggleStat: (stat: string) => void;
  /** A new answer is on its way; what is drawn is an old one that could not be read anew. */
  waiting: boolean;
  old: boolean;
  /** What lies under the plots: the rollout's tint. */
  ground: ReactNode;
  /** What lies over the plots: the crosshair's layer, the changes and the tooltip. */
  children: ReactNode;
}

const MAX_NAME = 72;
const CHARACTER = 7.2;
const COLUMN = { min: 34, max: 84, gap: 8 };

/** All tracks on one time axis. */
export function Tracks(props: TracksProps) {
  const { tracks, times, precision, columns, mainSignal, showLegend, hidden } = props;
  const layout = useLayout();
  const timeAxis = useAxis();
  const styles = useStyles2(getStyles);
  const sparkline = layout.mode === 'spark';
  const compact = layout.mode === 'compact';
  const labels = useMemo(() => tracks.map((track) => endLabelsOf(track, columns, compact)), [tracks, columns, compact]);
  const texts = [...labels.flat().flatMap(({ cells }) => cells.map(({ text }) => text)), ...(compact ? [] : columns)];
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  const columnWidth = Math.min(COLUMN.max, Math.max(COLUMN.min, longest * CHARACTER)) + COLUMN.gap;
  const longestName = labels.flat().reduce((most, { name }) => Math.max(most, name.length), 0);
  const statWidth = Math.min(MAX_NAME, longestName * CHARACTER);
  const right =
    sparkline || columns.length === 0 ? 4 : statWidth + (compact ? 1 : columns.length) * columnWidth + COLUMN.gap;
  const title = layout.tracks.titles ? TRACK_TITLE : 0;
  const { width, axis, lane } = layout.tracks;

  const left = sparkline ? 0 : axisWidth(tracks);
  const stage = useMemo(
    (): Stage => ({ ...geometryOf(tracks, timeAxis, { width, left, right, title, lane }), times, precision }),
    [tracks, timeAxis, width, left, right, title, lane, times, precision]
  );
  const [upper, last] = useMemo((): [PlotFrame, PlotFrame] => {
    const frame = {
      width: stage.trackWidth,
      bleed: stage.bleed,
      axisWidth: stage.left,
      time: timeAxis,
      axes: !sparkline,
    };
    return [
      { ...frame, axisHeight: 0 },
      { ...frame, axisHeight: axis },
    ];
  }, [stage, sparkline, timeAxis, axis]);

  return (
    <StageProvider value={stage}>
      <div className={styles.tracks} style={{ width, height: layout.tracks.height }}>
        {props.ground}
        <div className={cx(props.waiting && styles.waiting, props.old && styles.old)}>
          {stage.rows.map(({ track, top }, index) => (
            <div key={track.id}>
              <div className={styles.plot} style={{ top }}>
                <TrackPlot track={track} times={times} frame={index === tracks.length - 1 ? last : upper} />
              </div>
              {!sparkline && (
                <EndLabels
                  labels={labels[index] ?? []}
                  columns={columns}
                  top={top}
                  left={stage.left + stage.plotWidth + COLUMN.gap}
                  columnWidth={columnWidth}
                  statWidth={statWidth}
                  heading={index === 0 && layout.tracks.titles}
                />
              )}
            </div>
          ))}
        </div>
        {props.children}
        {layout.tracks.titles &&
          stage.rows.map(({ track, top }) => (
            <TrackTitle
              key={track.id}
              track={track}
              top={top - TRACK_TITLE}
              left={stage.left}
              width={stage.plotWidth}
              signal={track.id === 'main' && showLegend ? mainSignal : null}
              hiddenStats={hidden.stats}
              onToggleStat={props.onToggleStat}
            />
          ))}
        {(compact || sparkline) && mainSignal && (
          <span className={styles.corner} style={{ left: stage.left + 6 }} data-testid={testIds.mainTitle}>
            {mainSignal.primary.label}
          </span>
        )}
      </div>
    </StageProvider>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tracks: css({ position: 'relative', flexShrink: 0 }),
  plot: css({ position: 'absolute', left: 0 }),
  // A refresh that is answered soon should not make the picture flicker.
  waiting: css({ opacity: 0.5, transition: 'opacity 150ms linear 1500ms' }),
  old: css({ opacity: 0.5 }),
  corner: css({
    position: 'absolute',
    top: 2,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    pointerEvents: 'none',
  }),
});
