import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { testIds } from '../base';

/** How much of what a verdict needs is there. The words beside it say what is missing. */
export function ProgressBar({ value }: { value: number }) {
  const styles = useStyles2(getStyles);
  const percent = Math.round(value * 100);
  return (
    <span
      className={styles.bar}
      role="progressbar"
      aria-label="Data for a verdict"
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      title={`${percent}%`}
      data-testid={testIds.progress}
      data-value={value}
    >
      <span style={{ width: `${percent}%` }} />
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'inline-block',
    flexShrink: 0,
    width: 112,
    height: 6,
    marginRight: theme.spacing(1),
    borderRadius: 3,
    background: theme.colors.border.medium,
    overflow: 'hidden',
    verticalAlign: 'middle',
    '& > span': { display: 'block', height: '100%', minWidth: 3, background: theme.colors.primary.text },
  }),
});
