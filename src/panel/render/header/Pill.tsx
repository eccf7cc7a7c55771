import { type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type PillWords } from '../../model/pillWords';
import { cutOff, testIds } from '../base';
import { useFitted } from './useFitted';

interface PillProps {
  /** The shape before the words. */
  sign: ReactNode;
  /** What it says, longest first; the longest that fits is shown. */
  words: readonly PillWords[];
  /** A color of six hexadecimal digits for border and ground; absent for a pill that asks for no attention. */
  accent?: string;
  dimmed: boolean;
  /** Lets a long sentence take several lines instead of being shortened. */
  wrap?: boolean;
  /** The whole story, for who points at the pill. */
  hint: string;
  /** What tests and scripts read: `data-*` attributes. */
  data?: Record<`data-${string}`, string>;
}

const SIGN = 18;
const GAP = 8;
const PADDING = 10;
const BORDER = 1;
/** The pixels of a pill that are not for its words. */
const CHROME = SIGN + GAP + 2 * (PADDING + BORDER);

/** The frame of the panel's one sentence: a shape, strong words, and the rest. It takes as much room as there is. */
export function Pill({ sign, words, accent, dimmed, wrap = false, hint, data }: PillProps) {
  const styles = useStyles2(getStyles);
  const { room, words: place, shown } = useFitted(wrap ? words.slice(0, 1) : words, CHROME);
  const { title, detail, tags } = shown;
  return (
    <div ref={room} className={styles.room}>
      <div
        className={cx(styles.pill, dimmed && styles.dimmed, wrap && styles.wrapped)}
        style={accent === undefined ? undefined : { borderColor: accent, background: `${accent}24` }}
        data-testid={testIds.pill}
        title={hint}
        {...data}
      >
        {sign}
        <span ref={place} className={styles.words}>
          {title !== '' && <strong>{detail === '' ? title : `${title}: `}</strong>}
          {detail}
          {tags !== '' && <small className={styles.tags}> {tags}</small>}
        </span>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  room: css({ display: 'flex', flexGrow: 1, minWidth: 0 }),
  pill: css({
    display: 'inline-flex',
    boxSizing: 'border-box',
    alignItems: 'center',
    gap: GAP,
    minWidth: 0,
    maxWidth: '100%',
    minHeight: 28,
    padding: `0 ${PADDING}px`,
    border: `${BORDER}px solid ${theme.colors.border.strong}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    fontSize: theme.typography.body.fontSize,
    fontVariantNumeric: 'tabular-nums',
    '& strong': { fontWeight: theme.typography.fontWeightBold },
  }),
  words: css({ position: 'relative', ...cutOff, '& small, small': { fontSize: theme.typography.bodySmall.fontSize } }),
  tags: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  // The words stay readable: what is old says so itself.
  dimmed: css({ borderStyle: 'dashed', '& > svg, & > span:first-of-type': { opacity: 0.75 } }),
  wrapped: css({ '& > span:last-child': { whiteSpace: 'normal', padding: '3px 0' } }),
});
