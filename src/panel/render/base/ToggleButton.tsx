import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';

interface ToggleButtonProps {
  pressed: boolean;
  onToggle: () => void;
  /** What a screen reader calls it, where its content does not say enough. */
  label?: string;
  title?: string;
  /** Strikes the content through while off; right for series, not for parts of the panel. */
  strike?: boolean;
  children: ReactNode;
}

/** A small button that is on or off; off it is struck through, and its sample dimmed. */
export function ToggleButton({ pressed, onToggle, label, title, strike = true, children }: ToggleButtonProps) {
  const styles = useStyles2(getStyles);
  return (
    <button
      type="button"
      className={cx(styles.button, strike && styles.strike)}
      aria-pressed={pressed}
      aria-label={label}
      title={title}
      onClick={onToggle}
    >
      {children}
    </button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  button: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    padding: theme.spacing(0, 0.5),
    minHeight: 22,
    maxWidth: 180,
    border: 0,
    borderRadius: theme.shape.radius.default,
    background: 'transparent',
    color: 'inherit',
    font: 'inherit',
    whiteSpace: 'nowrap',
    '& > span': { overflow: 'hidden', textOverflow: 'ellipsis' },
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
    // Words keep their contrast: those of series are struck through.
    '&[aria-pressed="false"] > svg': { opacity: 0.6 },
  }),
  strike: css({ '&[aria-pressed="false"]': { textDecoration: 'line-through' } }),
});
