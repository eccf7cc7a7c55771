import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, useStyles2 } from '@grafana/ui';

import { type MetricsResource, type Signal, type Split } from '../../../contract/contract.gen';
import { type Loaded } from '../../../shared/useLoaded';
import { type Entry } from './catalogue';
import { SignalForm } from './SignalForm';

interface Props {
  entry: Entry;
  open: boolean;
  otherIds: string[];
  metrics: Loaded<MetricsResource>;
  split: Split | undefined;
  readOnly: boolean;
  onToggle: () => void;
  onChange: (signal: Signal) => void;
  /** Removes the user's signal; where it replaced a preset's, that one is in force again. */
  onRemove: () => void;
}

/** A signal in the list of the catalogue, and its fields when it is open. */
export function SignalRow(props: Props) {
  const { entry, open, otherIds, metrics, split, readOnly, onToggle, onChange, onRemove } = props;
  const { signal, origin } = entry;
  const styles = useStyles2(getStyles);
  const called = signal.name || signal.id || 'the new signal';

  return (
    <li className={styles.row}>
      <div className={styles.head}>
        <div className={styles.title}>
          <strong>{called}</strong>
          <span className={styles.detail}>
            {signal.kind} of <code>{signal.metric || '?'}</code>
          </span>
        </div>
        <div className={styles.actions}>
          {origin === 'changed' && <Badge text="Changed" color="blue" />}
          {origin === 'own' && <Badge text="Yours" color="purple" />}
          <Button
            type="button"
            size="sm"
            variant="secondary"
            aria-expanded={open}
            aria-label={`${open ? 'Close' : readOnly ? 'Show' : 'Edit'} ${called}`}
            onClick={onToggle}
          >
            {open ? 'Close' : readOnly ? 'Show' : 'Edit'}
          </Button>
          {origin !== 'preset' && !readOnly && (
            <Button
              type="button"
              size="sm"
              variant="destructive"
              fill="outline"
              aria-label={`${origin === 'changed' ? 'Restore' : 'Remove'} ${called}`}
              onClick={onRemove}
            >
              {origin === 'changed' ? 'Restore' : 'Remove'}
            </Button>
          )}
        </div>
      </div>
      {open && (
        <div role="group" aria-label={`Signal ${called}`} className={styles.form}>
          <SignalForm
            signal={signal}
            fixedId={origin !== 'own'}
            otherIds={otherIds}
            metrics={metrics}
            split={split}
            readOnly={readOnly}
            onChange={onChange}
          />
        </div>
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    padding: theme.spacing(1),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    justifyContent: 'space-between',
    alignItems: 'center',
  }),
  title: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
  detail: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
  actions: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'center' }),
  form: css({ marginTop: theme.spacing(2) }),
});
