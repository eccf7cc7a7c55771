import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type GlyphName, Glyph } from './Glyph';
import { testIds } from './testIds';
import { tokensOf } from './tokens';

interface StatusPillProps {
  tone: 'neutral' | 'warning';
  glyph: GlyphName;
  /** The strong first words, and the rest of the sentence. */
  title: string;
  detail?: string;
  dimmed?: boolean;
  /** Lets a long sentence take several lines instead of being cut. */
  wrap?: boolean;
  /** The whole story, where the sentence is cut short. */
  hint?: string;
}

/** The panel's one sentence. Verdicts will speak from this place. */
export function StatusPill({ tone, glyph, title, detail = '', dimmed = false, wrap = false, hint }: StatusPillProps) {
  const styles = useStyles2(getStyles);
  const { warning } = tokensOf(useTheme2());
  const words = detail === '' ? title : `${title}: ${detail}`;
  return (
    <div
      className={cx(styles.pill, dimmed && styles.dimmed, wrap && styles.wrapped)}
      style={tone === 'warning' ? { borderColor: warning, background: `${warning}1f` } : undefined}
      data-testid={testIds.pill}
      title={hint ?? words}
    >
      <span style={tone === 'warning' ? { color: warning, display: 'flex' } : { display: 'flex' }}>
        <Glyph name={glyph} />
      </span>
      <span className={styles.words}>
        <strong>{detail === '' ? title : `${title}: `}</strong>
        {detail}
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
    '& strong': { fontWeight: theme.typography.fontWeightMedium },
  }),
  words: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  dimmed: css({ opacity: 0.6 }),
  wrapped: css({ '& > span:last-child': { whiteSpace: 'normal', padding: '3px 0' } }),
});
