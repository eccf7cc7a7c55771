import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useId, useState, type ReactNode } from 'react';

interface Props {
  title: string;
  /** What is set inside, read while it is folded. */
  summary?: string;
  children: ReactNode;
}

/** A part of the editor that is folded away until it is wanted; what is set in it can be read all the same. */
export function Fold({ title, summary, children }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <div className={open ? styles.open : styles.folded}>
      <div className={styles.head}>
        <Button
          type="button"
          size="sm"
          variant="secondary"
          fill="text"
          icon={open ? 'angle-down' : 'angle-right'}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
        >
          {title}
        </Button>
        {!open && summary !== undefined && summary !== '' && <span className={styles.summary}>{summary}</span>}
      </div>
      {open && (
        <div id={id} className={styles.body}>
          {children}
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Open ones take a line of their own, folded ones share one.
  open: css({ flex: '1 0 100%', minWidth: 0 }),
  folded: css({ minWidth: 0 }),
  head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0 }),
  summary: css({
    minWidth: 0,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  body: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 2),
    padding: theme.spacing(1, 0, 1, 1),
    '& > *': { maxWidth: '100%' },
  }),
});
