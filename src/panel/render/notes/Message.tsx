import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type PanelStatus } from '../../model/status';
import { RetryButton, testIds } from '../base';
import { pillOf, StatusPill } from '../header';

interface MessageProps {
  status: PanelStatus;
  height: number;
  onRetry: () => void;
}

/** A state without anything to draw: what happened, the server's own words, and what to do. */
export function Message({ status, height, onRetry }: MessageProps) {
  const styles = useStyles2(getStyles);
  return (
    <div
      className={styles.message}
      style={{ height }}
      role={status.kind === 'error' ? 'alert' : 'status'}
      aria-busy={status.loading}
      data-testid={testIds.message}
      data-state={status.kind}
    >
      <div>
        <StatusPill {...pillOf(status)} title={status.title} detail={status.detail} wrap />
      </div>
      {status.failures.length > 0 && (
        <pre className={styles.words}>{status.failures.map(({ message }) => message).join('\n')}</pre>
      )}
      {status.advice !== '' && <p className={styles.advice}>{status.advice}</p>}
      {status.failures.length > 0 && (
        <div>
          <RetryButton onRetry={onRetry} />
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  message: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    overflow: 'auto',
    paddingTop: theme.spacing(0.5),
  }),
  words: css({
    margin: 0,
    padding: theme.spacing(1, 1.25),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.canvas,
    color: theme.colors.text.primary,
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  }),
  advice: css({ margin: 0, color: theme.colors.text.secondary }),
});
