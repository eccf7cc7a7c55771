import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';

interface Props {
  /** What could not be loaded: "The flags". */
  what: string;
  /** Why not. */
  error: string;
  onRetry: () => void;
}

/** Says under a field that its choices could not be loaded, and offers to try again; one can still type. */
export function LoadError({ what, error, onRetry }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div role="alert" className={styles.root}>
      {what} could not be loaded: {error}{' '}
      <Button size="sm" variant="secondary" fill="text" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    color: theme.colors.error.text,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
});
