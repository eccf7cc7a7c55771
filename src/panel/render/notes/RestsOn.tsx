import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useLayoutEffect, useRef } from 'react';
import { type Verdict } from '../../frames/verdicts';
import { testIds, useLayout } from '../base';
import { LastRolloutButton } from './LastRolloutButton';
import { ProgressBar } from './ProgressBar';

interface RestsOnProps {
  verdict: Verdict;
  /** Shows the range in which the flag was seen last; null where it still is. */
  onLastRollout: (() => void) | null;
}

/** Lets the keyboard reach and scroll an element while it has more words than room. */
function useReachable(element: { readonly current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const host = element.current;
    if (host && host.scrollHeight > host.clientHeight) {
      host.setAttribute('tabindex', '0');
    } else {
      host?.removeAttribute('tabindex');
    }
  });
}

/** The verdict in words, and what it rests on. */
export function RestsOn({ verdict, onLastRollout }: RestsOnProps) {
  const styles = useStyles2(getStyles);
  const { note } = useLayout();
  const room = useRef<HTMLDivElement>(null);
  useReachable(room);
  return (
    <div
      ref={room}
      className={styles.note}
      style={note}
      data-testid={testIds.note}
      data-signal={verdict.signal}
      role="note"
      aria-label="What the verdict rests on"
    >
      {verdict.progress !== null && <ProgressBar value={verdict.progress} />}
      <span className={styles.headline}>{verdict.headline}</span> {verdict.words.explanation}{' '}
      <span>{verdict.words.figures}</span> {onLastRollout && <LastRolloutButton onShow={onLastRollout} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  note: css({
    boxSizing: 'border-box',
    flexShrink: 0,
    overflow: 'auto',
    paddingTop: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: '17px',
    fontVariantNumeric: 'tabular-nums',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -1 },
  }),
  headline: css({ color: theme.colors.text.primary }),
});
