import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { cutOff, RetryButton, testIds, useLayout } from '../base';
import { LastRolloutButton } from './LastRolloutButton';
import { ProgressBar } from './ProgressBar';

interface RemarkLineProps {
  text: string;
  /** How much of what a verdict needs is there, 0..1; null where nothing is missing. */
  progress: number | null;
  /** Runs the queries again; null where nothing failed. */
  onRetry: (() => void) | null;
  /** Shows the range in which the flag was seen last; null where it still is. */
  onLastRollout: (() => void) | null;
}

/** One line below the tracks of a small panel; the whole text is in the title where it is cut. */
export function RemarkLine({ text, progress, onRetry, onLastRollout }: RemarkLineProps) {
  const styles = useStyles2(getStyles);
  const { note } = useLayout();
  return (
    <div className={styles.line} style={note} title={text} data-testid={testIds.note} role="status">
      {progress !== null && <ProgressBar value={progress} />}
      <span className={styles.text}>{text}</span>
      {onLastRollout && <LastRolloutButton onShow={onLastRollout} />}
      {onRetry && <RetryButton onRetry={onRetry} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  text: css({ flexGrow: 1, ...cutOff }),
});
