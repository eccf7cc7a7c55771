import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';

interface Props {
  title: string;
  /** What is in it, for those who look for something. */
  about: string;
  /** Whether it is open from the start: because something in it is set that has to be seen. */
  open?: boolean;
  children: ReactNode;
}

/** Settings that are rarely touched, folded under a line that says what they are. What was typed stays when it is closed. */
export function Fold({ title, about, open = false, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <details open={open} className={styles.fold}>
      <summary className={styles.summary}>
        <span className={styles.title}>{title}</span> <span className={styles.about}>{about}</span>
      </summary>
      <div className={styles.body}>{children}</div>
    </details>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  fold: css({ border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default }),
  summary: css({ padding: theme.spacing(1.5), cursor: 'pointer' }),
  title: css({ fontWeight: theme.typography.fontWeightMedium }),
  about: css({ color: theme.colors.text.secondary }),
  body: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(4), padding: theme.spacing(1, 1.5, 2) }),
});
