import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';

/** A row of fields that wraps where it is narrow; a field with a long value is cut and does not widen the row. */
export function QueryRow({ children }: { children: ReactNode }) {
  return <div className={useStyles2(getStyles).row}>{children}</div>;
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 2),
    minWidth: 0,
    padding: theme.spacing(1),
    marginBottom: theme.spacing(0.5),
    backgroundColor: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    '& > *': { maxWidth: '100%' },
  }),
});
