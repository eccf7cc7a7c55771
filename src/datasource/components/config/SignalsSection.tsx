import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ConfigSection } from '@grafana/plugin-ui';
import { Button, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import { type MetricsResource, type Signal, type Split } from '../../../contract/contract.gen';
import { type Loaded } from '../../../shared/useLoaded';
import { catalogueEntries, type Entry } from './catalogue';
import { type SectionProps } from './settings';
import { SignalRow } from './SignalRow';

interface Props extends SectionProps {
  /** The signals of the chosen preset. */
  preset: Signal[];
  /** The way to split that is in force. */
  split: Split | undefined;
  metrics: Loaded<MetricsResource>;
}

function ownKey(index: number): string {
  return `own ${index}`;
}

/** A preset's signal stays the same row when it is changed: its fields must not lose the focus. */
function keyOf({ origin, signal, index = -1 }: Entry): string {
  return origin === 'own' ? ownKey(index) : `preset ${signal.id}`;
}

/** The catalogue: the preset's signals, which can be changed and restored, and the user's own. */
export function SignalsSection({ settings, preset, split, metrics, readOnly, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState<string>();
  const own = settings.signals ?? [];
  const entries = catalogueEntries(preset, own);

  function save(signals: Signal[]) {
    onChange({ signals: signals.length > 0 ? signals : undefined });
  }

  return (
    <ConfigSection
      title="Signals"
      description="What is measured of each variant. The preset's signals can be changed; yours come beside them."
    >
      <ul className={styles.list} aria-label="Signals">
        {entries.map((entry) => (
          <SignalRow
            key={keyOf(entry)}
            entry={entry}
            open={open === keyOf(entry)}
            otherIds={entries.filter((other) => other !== entry).map((other) => other.signal.id)}
            metrics={metrics}
            split={split}
            readOnly={readOnly}
            onToggle={() => setOpen(open === keyOf(entry) ? undefined : keyOf(entry))}
            onChange={(signal) => save(entry.index === undefined ? [...own, signal] : own.with(entry.index, signal))}
            onRemove={() => {
              if (entry.index !== undefined) {
                setOpen(undefined);
                save(own.toSpliced(entry.index, 1));
              }
            }}
          />
        ))}
      </ul>
      {entries.length === 0 && (
        <p>There is no signal. Choose a preset, or add the metrics that tell how your service fares.</p>
      )}
      {!readOnly && (
        <Button
          type="button"
          icon="plus"
          variant="secondary"
          onClick={() => {
            setOpen(ownKey(own.length));
            save([...own, { id: '', name: '', kind: 'histogram', metric: '' }]);
          }}
        >
          Add a signal
        </Button>
      )}
    </ConfigSection>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(0, 0, 2), padding: 0 }),
});
