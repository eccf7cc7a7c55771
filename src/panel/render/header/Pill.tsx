import { type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { cutOff, testIds } from '../base';

interface PillProps {
  /** The shape before the words. */
  sign: ReactNode;
  /** The strong first words, and the rest of the sentence. */
  title: string;
  detail: string;
  /** What is said behind the sentence in smaller letters. */
  tags?: string;
  /** A color of six hexadecimal digits for border and ground; absent for a pill that asks for no attention. */
  accent?: string;
  dimmed: boolean;
  /** Lets a long sentence take several lines instead of being cut. */
  wrap?: boolean;
  /** The whole story, for who points at the pill. */
  hint: string;
  /** What tests and scripts read: `data-*` attributes. */
  data?: Record<`data-${string}`, string>;
}

/** The frame of the panel's one sentence: a shape, strong words, and the rest. */
export function Pill({ sign, title, detail, tags = '', accent, dimmed, wrap = false, hint, data }: PillProps) {
  const styles = useStyles2(getStyles);
  return (
    <div
      className={cx(styles.pill, dimmed && styles.dimmed, wrap && styles.wrapped)}
      style={accent === undefined ? undefined : { borderColor: accent, background: `${accent}24` }}
      data-testid={testIds.pill}
      title={hint}
      {...data}
    >
      {sign}
      <span className={styles.words}>
        <strong>{detail === '' ? title : `${title}: `}</strong>
        {detail}
        {tags !== '' && <small className={styles.tags}> {tags}</small>}
      </span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  pill: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    minWidth: 0,
    maxWidth: '100%',
    minHeight: 28,
    padding: theme.spacing(0, 1.25),
    border: `1px solid ${theme.colors.border.strong}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    fontSize: theme.typography.body.fontSize,
    fontVariantNumeric: 'tabular-nums',
    '& strong': { fontWeight: theme.typography.fontWeightBold },
  }),
  words: css({ ...cutOff }),
  tags: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  dimmed: css({ opacity: 0.6 }),
  wrapped: css({ '& > span:last-child': { whiteSpace: 'normal', padding: '3px 0' } }),
});
