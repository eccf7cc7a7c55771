import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';
import { useId, useState } from 'react';

import { type BacktestOptions } from '../../../contract/contract.gen';
import { without } from '../common/without';
import { type FieldsProps } from './fields';

const fields = [
  {
    key: 'splits',
    label: 'Splits',
    usual: '100',
    max: 500,
    tooltip: 'How many random halves of the processes are judged.',
  },
  { key: 'hours', label: 'Hours', usual: '24', max: 168, tooltip: 'How long before the rollout is looked at.' },
  { key: 'seed', label: 'Seed', usual: '0', max: undefined, tooltip: 'Makes the halves the same again.' },
] as const;

/** How the false alarm rate is measured. */
export function BacktestFields({ query, onChange }: Pick<FieldsProps, 'query' | 'onChange'>) {
  const id = useId();
  const [typed, setTyped] = useState<Partial<Record<keyof BacktestOptions, string>>>({});

  function take(key: keyof BacktestOptions) {
    const text = typed[key];
    if (text === undefined) {
      return;
    }
    setTyped({ ...typed, [key]: undefined });
    const others = without<number | undefined>({ ...query.backtest }, key);
    const backtest = text === '' ? others : { ...others, [key]: Number(text) };
    onChange({ ...query, backtest: Object.keys(backtest).length > 0 ? backtest : undefined });
  }

  return (
    <>
      {fields.map(({ key, label, usual, max, tooltip }) => (
        <EditorField key={key} label={label} htmlFor={`${id}-${key}`} width={14} tooltip={tooltip}>
          <Input
            id={`${id}-${key}`}
            type="number"
            min={key === 'seed' ? undefined : 1}
            max={max}
            placeholder={usual}
            value={typed[key] ?? query.backtest?.[key] ?? ''}
            onChange={({ currentTarget }) => setTyped({ ...typed, [key]: currentTarget.value })}
            onBlur={() => take(key)}
          />
        </EditorField>
      ))}
    </>
  );
}
