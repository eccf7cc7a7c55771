import { css } from '@emotion/css';
import { AppEvents, type EventBusSrv, type GrafanaTheme2 } from '@grafana/data';
import { Alert, type AlertVariant, useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';

interface Notice {
  id: number;
  severity: AlertVariant;
  title: string;
  text: string;
}

const shownFor = 6000;
let lastId = 0;

const severities = [
  { event: AppEvents.alertSuccess, severity: 'success' },
  { event: AppEvents.alertWarning, severity: 'warning' },
  { event: AppEvents.alertError, severity: 'error' },
] as const;

/** What plugins announce over the application's events, as Grafana shows it in its corner. */
export function Notices({ events }: { events: EventBusSrv }) {
  const styles = useStyles2(getStyles);
  const [notices, setNotices] = useState<Notice[]>([]);
  useEffect(() => {
    const remove = (id: number) => setNotices((all) => all.filter((notice) => notice.id !== id));
    const subscriptions = severities.map(({ event, severity }) => {
      const listener = (payload?: [string, (string | Error)?, string?]) => {
        const [title = '', text = ''] = (payload ?? []).map(String);
        const notice = { id: ++lastId, severity, title, text };
        setNotices((all) => [...all, notice]);
        setTimeout(() => remove(notice.id), shownFor);
      };
      events.on(event, listener);
      return () => events.off(event, listener);
    });
    return () => subscriptions.forEach((unsubscribe) => unsubscribe());
  }, [events]);
  return (
    <div className={styles.corner} role="status">
      {notices.map(({ id, severity, title, text }) => (
        <Alert
          key={id}
          severity={severity}
          title={title}
          elevated
          onRemove={() => setNotices((all) => all.filter((notice) => notice.id !== id))}
        >
          {text}
        </Alert>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  corner: css({
    position: 'fixed',
    right: theme.spacing(2),
    top: theme.spacing(7),
    width: 'min(400px, calc(100vw - 32px))',
    zIndex: theme.zIndex.portal,
  }),
});
