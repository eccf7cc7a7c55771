import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, FieldValidationMessage, InlineLabel, Input, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import { formatShares, parseShares } from './allocations';
import { RemoveButton } from '../common/RemoveButton';
import { type SectionProps } from './settings';

type Row = [flag: string, shares: string];

/** The shares that variants are meant to have, flag by flag, where no metric tells. */
export function AllocationRows({ settings, readOnly, onChange }: SectionProps) {
  const styles = useStyles2(getStyles);
  // Rows and not the settings' map, which could not hold what is still being typed.
  const [rows, setRows] = useState<Row[]>(() =>
    Object.entries(settings.allocations ?? {}).map(([flag, shares]) => [flag, formatShares(shares)])
  );
  const wrong = rows.find(([flag, shares]) => flag !== '' && shares !== '' && parseShares(shares) === undefined);

  function save(next: Row[]) {
    setRows(next);
    const complete = next.flatMap(([flag, text]) => {
      const shares = parseShares(text);
      return flag === '' || shares === undefined ? [] : [[flag, shares] as const];
    });
    onChange({ allocations: complete.length > 0 ? Object.fromEntries(complete) : undefined });
  }

  return (
    <div role="group" aria-label="Allocation by flag" className={styles.rows}>
      <InlineLabel width={24} tooltip="The shares that were set, where no metric tells: off=90, on=10.">
        Allocation by flag
      </InlineLabel>
      {rows.map(([flag, shares], index) => (
        <div key={index} className={styles.row}>
          <Input
            aria-label={`Allocated flag ${index + 1}`}
            placeholder="Flag"
            value={flag}
            disabled={readOnly}
            onChange={({ currentTarget }) => save(rows.with(index, [currentTarget.value, shares]))}
          />
          <Input
            aria-label={`Shares of flag ${index + 1}`}
            placeholder="off=90, on=10"
            value={shares}
            disabled={readOnly}
            invalid={shares !== '' && parseShares(shares) === undefined}
            onChange={({ currentTarget }) => save(rows.with(index, [flag, currentTarget.value]))}
          />
          {!readOnly && (
            <RemoveButton what="allocation" which={`${index + 1}`} onRemove={() => save(rows.toSpliced(index, 1))} />
          )}
        </div>
      ))}
      {wrong && <FieldValidationMessage>Write the shares of {wrong[0]} like off=90, on=10</FieldValidationMessage>}
      {!readOnly && (
        <Button type="button" icon="plus" size="sm" variant="secondary" onClick={() => setRows([...rows, ['', '']])}>
          Add an allocation
        </Button>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rows: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.5) }),
  row: css({ display: 'flex', gap: theme.spacing(0.5), width: '100%' }),
});
