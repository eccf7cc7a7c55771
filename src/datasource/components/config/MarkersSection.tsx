import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ConfigSection } from '@grafana/plugin-ui';
import { Button, Input, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import { type Marker } from '../../../contract/contract.gen';
import { RemoveButton } from '../common/RemoveButton';
import { type SectionProps } from './settings';

const blank: Marker = { metric: '', title: '' };

/** Gauges that are above 0 while something goes on that whoever reads a chart should know of. */
export function MarkersSection({ settings, readOnly, onChange }: SectionProps) {
  const styles = useStyles2(getStyles);
  // Rows and not the settings' list, which takes no marker that is still being typed.
  const [rows, setRows] = useState<Marker[]>(() => settings.markers ?? []);

  function save(next: Marker[]) {
    setRows(next);
    const complete = next.filter(({ metric, title }) => metric !== '' && title !== '');
    onChange({ markers: complete.length > 0 ? complete : undefined });
  }

  return (
    <ConfigSection
      title="Markers"
      description="Gauges that are above 0 during a load test, maintenance or an incident. Charts mark that time."
    >
      {rows.map((row, index) => (
        <div key={index} className={styles.row}>
          <Input
            aria-label={`Metric of marker ${index + 1}`}
            placeholder="maintenance_active"
            value={row.metric}
            disabled={readOnly}
            invalid={row.metric === ''}
            spellCheck={false}
            onChange={({ currentTarget }) => save(rows.with(index, { ...row, metric: currentTarget.value }))}
          />
          <Input
            aria-label={`Title of marker ${index + 1}`}
            placeholder="maintenance"
            value={row.title}
            disabled={readOnly}
            invalid={row.title === ''}
            onChange={({ currentTarget }) => save(rows.with(index, { ...row, title: currentTarget.value }))}
          />
          {!readOnly && (
            <RemoveButton what="marker" which={`${index + 1}`} onRemove={() => save(rows.toSpliced(index, 1))} />
          )}
        </div>
      ))}
      {!readOnly && (
        <Button type="button" icon="plus" size="sm" variant="secondary" onClick={() => setRows([...rows, blank])}>
          Add a marker
        </Button>
      )}
    </ConfigSection>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', gap: theme.spacing(0.5), marginBottom: theme.spacing(0.5) }),
});
