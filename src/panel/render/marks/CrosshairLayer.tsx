import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { moveCursor, snapTo } from '../../model/cursor';
import { nearestIndex } from '../../model/timeline';
import { testIds, useAxis, useLayout } from '../base';
import { useStage } from '../tracks';
import { type Crosshair } from './useCrosshair';

interface CrosshairLayerProps {
  crosshair: Crosshair;
  /** What stands under the crosshair, in words, for screen readers. */
  spoken: string;
  onZoom: (from: number, to: number) => void;
  /** Up and down: to the previous or next signal. */
  onStepSignal: (step: 1 | -1) => void;
  onPinSignal: () => void;
  onToggleTable: () => void;
}

/** A drag shorter than this is a click. */
const MIN_DRAG = 5;

/** The layer over all tracks that takes pointer and keys, and draws the crosshair and its dots. */
export function CrosshairLayer(props: CrosshairLayerProps) {
  const { crosshair, spoken } = props;
  const styles = useStyles2(getStyles);
  const axis = useAxis();
  const stage = useStage();
  const axisHeight = useLayout().tracks.axis;
  const { times } = stage;
  const [drag, setDrag] = useState<{ start: number; end: number } | null>(null);
  const { state } = crosshair;
  const height = stage.bottom;

  const offset = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.min(stage.plotWidth, Math.max(0, event.clientX - box.left));
    return { x, y: event.clientY - box.top };
  };
  const pixels = axis.pixels(0, stage.plotWidth);

  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const { x, y } = offset(event);
    const time = snapTo(times, pixels.invert(x));
    if (time !== null) {
      crosshair.moveTo(time, 'pointer', y);
    }
    if (drag) {
      setDrag({ ...drag, end: x });
    }
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button === 0) {
      const { x } = offset(event);
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ start: x, end: x });
    }
  };
  const onPointerUp = () => {
    if (drag && Math.abs(drag.end - drag.start) >= MIN_DRAG) {
      const [a, b] = [pixels.invert(drag.start), pixels.invert(drag.end)];
      props.onZoom(Math.round(Math.min(a, b)), Math.round(Math.max(a, b)));
    }
    setDrag(null);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const act = keyAction(event.key, event.shiftKey);
    if (act === null) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    act(event.currentTarget);
  };
  const keyAction = (key: string, shift: boolean): ((target: HTMLElement) => void) | null => {
    const current = state && state.source !== 'remote' ? state.time : null;
    const goTo = (time: number | null | undefined) => () => {
      if (time !== null && time !== undefined) {
        crosshair.moveTo(time, 'keyboard');
      }
    };
    switch (key) {
      case 'ArrowLeft':
        return goTo(moveCursor(times, current, -1, shift));
      case 'ArrowRight':
        return goTo(moveCursor(times, current, 1, shift));
      case 'Home':
        return goTo(times[0]);
      case 'End':
        return goTo(times.at(-1));
      case 'ArrowUp':
        return () => props.onStepSignal(-1);
      case 'ArrowDown':
        return () => props.onStepSignal(1);
      case 'Enter':
        return () => props.onPinSignal();
      case 't':
      case 'T':
        return () => props.onToggleTable();
      case 'Escape':
        return (target) => {
          crosshair.clear();
          target.blur();
        };
      default:
        return null;
    }
  };

  const x = state ? pixels(state.time) : null;
  const visible = state !== null && axis.shows(state.time);
  const index = state ? nearestIndex(times, state.time) : -1;
  return (
    <div
      role="slider"
      tabIndex={0}
      className={styles.layer}
      style={{ left: stage.left, width: stage.plotWidth, height: height + axisHeight }}
      aria-label="Crosshair. Arrow keys move it, with shift by ten; up and down choose a signal, Enter pins it; t toggles the table; Escape leaves."
      aria-orientation="horizontal"
      aria-valuemin={times[0] ?? axis.from}
      aria-valuemax={times.at(-1) ?? axis.to}
      aria-valuenow={state?.time ?? times.at(-1) ?? axis.to}
      aria-valuetext={spoken}
      data-testid={testIds.crosshair}
      data-time={state?.time}
      onPointerMove={onPointerMove}
      onPointerDown={onPointerDown}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => {
        if (state?.source === 'pointer') {
          crosshair.clear();
        }
      }}
      onBlur={() => {
        if (state?.source === 'keyboard') {
          crosshair.clear();
        }
      }}
      onKeyDown={onKeyDown}
    >
      {drag && Math.abs(drag.end - drag.start) >= MIN_DRAG && (
        <div
          className={styles.selection}
          style={{ left: Math.min(drag.start, drag.end), width: Math.abs(drag.end - drag.start), height }}
        />
      )}
      {visible && x !== null && (
        <>
          <div className={styles.line} style={{ left: x, height }} />
          {stage.rows.flatMap(({ track, y }) =>
            track.lines.flatMap(({ key, points, color }) => {
              const value = points[index];
              return typeof value === 'number'
                ? [
                    <div
                      key={`${track.id}/${key}`}
                      className={styles.dot}
                      style={{ left: x, top: y(value), background: color }}
                    />,
                  ]
                : [];
            })
          )}
          {axisHeight > 0 && (
            <div
              className={styles.time}
              style={{ left: Math.min(stage.plotWidth - 20, Math.max(20, x)), top: height + 3 }}
            >
              {axis.format(state.time, stage.precision)}
            </div>
          )}
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  layer: css({
    position: 'absolute',
    top: 0,
    cursor: 'crosshair',
    touchAction: 'pan-y',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1, borderRadius: 2 },
  }),
  line: css({
    position: 'absolute',
    top: 0,
    width: 0,
    borderLeft: `1.5px dashed ${theme.colors.text.primary}`,
    opacity: 0.75,
    pointerEvents: 'none',
  }),
  dot: css({
    position: 'absolute',
    width: 7,
    height: 7,
    margin: '-3.5px 0 0 -3.5px',
    borderRadius: '50%',
    boxShadow: `0 0 0 1.5px ${theme.colors.background.primary}`,
    pointerEvents: 'none',
  }),
  time: css({
    position: 'absolute',
    transform: 'translateX(-50%)',
    padding: theme.spacing(0, 0.75),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.text.maxContrast,
    color: theme.colors.background.canvas,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightBold,
    fontVariantNumeric: 'tabular-nums',
    lineHeight: '18px',
    pointerEvents: 'none',
    // Hides the axis' own text beneath and beside it.
    boxShadow: `16px 0 ${theme.colors.background.primary}, -16px 0 ${theme.colors.background.primary}`,
    zIndex: 1,
  }),
  selection: css({
    position: 'absolute',
    top: 0,
    background: theme.colors.action.selected,
    border: `solid ${theme.colors.border.strong}`,
    borderWidth: '0 1px',
    pointerEvents: 'none',
  }),
});
