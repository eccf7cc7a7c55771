import { css } from '@emotion/css';
import { type GrafanaTheme2, type QueryResultMetaNotice } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type Failure } from '../../../contract/contract.gen';
import { cutOff, Glyph, RetryButton, testIds, tokensOf, useLayout } from '../base';

interface FooterProps {
  failures: readonly Failure[];
  notices: readonly QueryResultMetaNotice[];
  onRetry: () => void;
}

const WORDS: Record<QueryResultMetaNotice['severity'], string> = { info: 'Note', warning: 'Warning', error: 'Error' };

/** What failed or was noted beside the data that is drawn; the whole text is in the title where the line is cut. */
export function Footer({ failures, notices, onRetry }: FooterProps) {
  const styles = useStyles2(getStyles);
  const { warning } = tokensOf(useTheme2());
  const height = useLayout().footer;
  const items = [
    ...failures.map(({ message }) => ({ severity: 'error' as const, text: message })),
    ...notices.map(({ severity, text }) => ({ severity, text })),
  ];
  const [first] = items;
  if (!first) {
    return null;
  }
  const all = items.map(({ severity, text }) => `${WORDS[severity]}: ${text}`);
  return (
    <div
      className={styles.footer}
      style={{ height }}
      title={all.join('\n')}
      data-testid={testIds.notices}
      role="status"
    >
      <span style={{ display: 'flex', color: first.severity === 'info' ? undefined : warning }}>
        <Glyph name={first.severity === 'info' ? 'info' : 'warning'} size={14} />
      </span>
      <span className={styles.text}>{all.join(' · ')}</span>
      {failures.length > 0 && <RetryButton onRetry={onRetry} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  footer: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    flexShrink: 0,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  text: css({ ...cutOff }),
});
