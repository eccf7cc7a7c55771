import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface SignalNameProps {
  label: string;
  pinned: boolean;
  onPin: () => void;
}

/** A signal's name in a table: a button that pins its track. */
export function SignalName({ label, pinned, onPin }: SignalNameProps) {
  const styles = useStyles2(getStyles);
  return (
    <button
      type="button"
      className={styles.name}
      aria-pressed={pinned}
      title={pinned ? 'Unpin this track' : 'Pin the track of this signal'}
      onClick={onPin}
    >
      {label}
    </button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  name: css({
    padding: 0,
    border: 0,
    background: 'transparent',
    color: theme.colors.text.primary,
    font: 'inherit',
    textAlign: 'left',
    maxWidth: '100%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    '&:hover': { textDecoration: 'underline' },
    '&[aria-pressed="true"]': { fontWeight: theme.typography.fontWeightBold },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 2 },
  }),
});
