import { getValueFormat } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';
import { useId, useState } from 'react';

import { type Margin, type Signal } from '../../../contract/contract.gen';
import { without } from '../common/without';
import { type FieldsProps } from './fields';

interface Props extends Pick<FieldsProps, 'query' | 'onChange'> {
  catalogue: readonly Signal[];
}

/** How much worse is tolerated of each signal of the query, where that is other than its own margin. */
export function MarginFields({ query, onChange, catalogue }: Props) {
  const asked = (query.signals ?? []).filter((id) => !id.startsWith('$'));

  function change(id: string, margin: Margin) {
    const others = without(query.margins ?? {}, id);
    const given = margin.relative !== undefined || margin.absolute !== undefined;
    const margins = given ? { ...others, [id]: margin } : others;
    onChange({ ...query, margins: Object.keys(margins).length > 0 ? margins : undefined });
  }

  return (
    <>
      {asked.map((id) => (
        <MarginField
          key={id}
          signal={catalogue.find((signal) => signal.id === id) ?? { id, name: id }}
          margin={query.margins?.[id] ?? {}}
          onChange={(margin) => change(id, margin)}
        />
      ))}
    </>
  );
}

/** How Grafana writes a unit behind a number: reqps is req/s. */
function unitName(unit: string | undefined): string {
  const { prefix = '', suffix = '' } = getValueFormat(unit)(1);
  return `${prefix}${suffix}`.trim();
}

interface MarginFieldProps {
  signal: Pick<Signal, 'id' | 'name' | 'unit' | 'margin'> & Partial<Pick<Signal, 'kind'>>;
  margin: Margin;
  onChange: (margin: Margin) => void;
}

/** Percentages are typed as such; 0.1 of the contract is 10 here. */
function toPercent(part: number | undefined): number | undefined {
  return part === undefined ? undefined : Number((part * 100).toPrecision(12));
}

function fromPercent(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : Number((percent / 100).toPrecision(12));
}

function MarginField({ signal, margin, onChange }: MarginFieldProps) {
  const id = useId();
  const usual = signal.margin ?? {};
  // A histogram is judged by the share of its observations above an edge.
  const isShare = signal.kind === 'histogram' || signal.unit === 'percentunit';
  return (
    <EditorField
      label={`Margin of ${signal.name}`}
      htmlFor={`${id}-relative`}
      width={30}
      tooltip="How much worse is tolerated: in percent of the baseline, and as a difference on top. Left empty, the signal's own margin."
    >
      <div style={{ display: 'flex', gap: 4 }}>
        <MarginInput
          id={`${id}-relative`}
          label={`Relative margin of ${signal.name}`}
          suffix="%"
          usual={toPercent(usual.relative)}
          value={toPercent(margin.relative)}
          onChange={(relative) => onChange({ ...margin, relative: fromPercent(relative) })}
        />
        <MarginInput
          id={`${id}-absolute`}
          label={`Absolute margin of ${signal.name}`}
          suffix={isShare ? 'pp' : unitName(signal.unit)}
          usual={isShare ? toPercent(usual.absolute) : usual.absolute}
          value={isShare ? toPercent(margin.absolute) : margin.absolute}
          onChange={(absolute) => onChange({ ...margin, absolute: isShare ? fromPercent(absolute) : absolute })}
        />
      </div>
    </EditorField>
  );
}

interface MarginInputProps {
  id: string;
  label: string;
  suffix: string;
  usual: number | undefined;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

/** A number that is taken when the field is left, so that half of it is never queried. */
function MarginInput({ id, label, suffix, usual, value, onChange }: MarginInputProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <Input
      id={id}
      aria-label={label}
      type="number"
      min={0}
      step="any"
      suffix={suffix}
      placeholder={usual === undefined ? '0' : String(usual)}
      value={typed ?? value ?? ''}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={() => {
        if (typed !== undefined) {
          setTyped(undefined);
          const number = typed === '' ? undefined : Number(typed);
          onChange(number !== undefined && number >= 0 ? number : undefined);
        }
      }}
    />
  );
}
