import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Button, ClipboardButton, LoadingPlaceholder, useStyles2 } from '@grafana/ui';

import { CHECK_STATUSES } from '../../../contract/constants.gen';
import { type DoctorResource } from '../../../contract/contract.gen';
import { LoadError } from '../../../shared/LoadError';
import { type Loaded } from '../../../shared/useLoaded';
import { reportOf } from '../report';
import { Card } from './Card';
import { Check } from './Check';
import { StatusGlyph } from './StatusGlyph';

interface Props {
  doctor: Loaded<DoctorResource>;
  /** Whether what is checked is not saved yet. */
  unsaved: boolean;
}

/** The checks of everything that a verdict rests on, each with what to do. */
export function Doctor({ doctor, unsaved }: Props) {
  const styles = useStyles2(getStyles);
  const { value, loading, error, reload } = doctor;
  return (
    <Card
      title={unsaved ? 'Checks of this choice' : 'Checks'}
      aside={
        <div className={styles.actions}>
          {value && (
            <>
              <span className={styles.quiet}>
                checked {dateTimeFormat(value.checkedAt, { format: 'HH:mm:ss' })}, took{' '}
                {(value.tookMs / 1000).toFixed(1)} s
              </span>
              <ClipboardButton icon="copy" size="sm" variant="secondary" getText={() => reportOf(value)}>
                Copy report
              </ClipboardButton>
            </>
          )}
          <Button icon="sync" size="sm" disabled={loading} onClick={reload}>
            Check again
          </Button>
        </div>
      }
    >
      {loading && <LoadingPlaceholder text="Checking" />}
      {error !== undefined && <LoadError what="The checks" error={error} onRetry={reload} />}
      {value && <Findings found={value} />}
    </Card>
  );
}

const counted = { fail: ['fail', 'fail'], warn: ['warning', 'warnings'], pass: ['pass', 'pass'] } as const;

function Findings({ found }: { found: DoctorResource }) {
  const styles = useStyles2(getStyles);
  const worstFirst = CHECK_STATUSES.flatMap((status) => found.checks.filter((check) => check.status === status));
  return (
    <>
      <p className={styles.summary} role="status">
        {CHECK_STATUSES.map((status) => {
          const count = found.checks.filter((check) => check.status === status).length;
          return (
            <span key={status} className={styles.count}>
              <StatusGlyph status={status} /> {count} {counted[status][count === 1 ? 0 : 1]}
            </span>
          );
        })}
        <span className={styles.quiet}>{found.summary}</span>
      </p>
      <ul className={styles.list}>
        {worstFirst.map((check) => (
          <Check key={check.id} check={check} />
        ))}
      </ul>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  actions: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  quiet: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  summary: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2) }),
  count: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
});
