import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { testIds, useAxis } from '../base';
import { useStage } from '../tracks';

interface VeilProps {
  /** When the part of the range begins that the verdict would be about, milliseconds. */
  start: number;
}

/** Dims what a verdict that is withheld would rest on, so that the lines do not speak in its place. */
export function Veil({ start }: VeilProps) {
  const styles = useStyles2(getStyles);
  const axis = useAxis();
  const stage = useStage();
  const left = stage.x(axis.limit(start));
  return (
    <div
      className={styles.veil}
      style={{ left, width: stage.left + stage.plotWidth - left, top: stage.top, height: stage.bottom - stage.top }}
      aria-hidden
      data-testid={testIds.veil}
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  veil: css({ position: 'absolute', background: theme.colors.background.primary, opacity: 0.5, pointerEvents: 'none' }),
});
