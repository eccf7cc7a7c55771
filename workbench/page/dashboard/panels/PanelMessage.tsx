import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';

interface PanelMessageProps {
  text: string;
  failed?: boolean;
}

/** Words in place of a picture. */
export function PanelMessage({ text, failed = false }: PanelMessageProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.middle} role={failed ? 'alert' : 'status'}>
      {failed && <Icon name="exclamation-triangle" />}
      <span>{text}</span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  middle: css({
    height: '100%',
    padding: theme.spacing(1, 2),
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    gap: theme.spacing(1),
    textAlign: 'center',
    color: theme.colors.text.secondary,
    overflow: 'auto',
  }),
});
