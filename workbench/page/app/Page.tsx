import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode, useEffect } from 'react';

interface PageProps {
  title: string;
  /** What is drawn in the place of the title. */
  heading?: ReactNode;
  /** The names of what is above this page. */
  trail?: readonly string[];
  description?: ReactNode;
  /** Controls beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the workbench: title, controls, content. */
export function Page({ title, heading, trail = [], description, actions, children }: PageProps) {
  const styles = useStyles2(getStyles);
  useEffect(() => {
    document.title = `${title} - Flaglens workbench`;
  }, [title]);
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        <div className={styles.words}>
          {trail.length > 0 && <p className={styles.description}>{trail.join(' / ')}</p>}
          <h1 className={styles.title}>{heading ?? title}</h1>
          {description !== undefined && description !== '' && <div className={styles.description}>{description}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </main>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    padding: theme.spacing(2),
    maxWidth: 1920,
    margin: '0 auto',
    [theme.breakpoints.down('sm')]: { padding: theme.spacing(1) },
  }),
  header: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-start',
    justifyContent: 'space-between',
    gap: theme.spacing(1, 2),
    marginBottom: theme.spacing(2),
  }),
  words: css({ minWidth: 0 }),
  title: css({ ...theme.typography.h3, margin: 0 }),
  description: css({ margin: 0, color: theme.colors.text.secondary }),
  actions: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
});
