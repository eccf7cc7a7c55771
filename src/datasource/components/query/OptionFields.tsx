import { type FlagsResource, type SignalsResource } from '../../../contract/contract.gen';
import { type Loaded } from '../../../shared/useLoaded';
import { BacktestFields } from './BacktestFields';
import { type FieldsProps } from './fields';
import { FilterList } from './FilterList';
import { JudgingFields } from './JudgingFields';
import { LookFields } from './LookFields';
import { MarginFields } from './MarginFields';
import { shownFields } from './queryTypes';
import { ShownFields } from './ShownFields';
import { VariantFields } from './VariantFields';

interface Props extends FieldsProps {
  flags: Loaded<FlagsResource>;
  signals: Loaded<SignalsResource>;
}

/** All of a query that has a usual answer: who is compared, by which rules, narrowed how, and how it is shown. */
export function OptionFields({ flags, signals, ...fields }: Props) {
  const { query, onChange } = fields;
  const shown = shownFields(query);
  return (
    <>
      {shown.baseline && <VariantFields {...fields} flags={flags} />}
      <ShownFields {...fields} />
      {shown.judging && <JudgingFields query={query} onChange={onChange} />}
      {shown.backtest && <BacktestFields query={query} onChange={onChange} />}
      {shown.judging && <MarginFields query={query} onChange={onChange} catalogue={signals.value?.signals ?? []} />}
      <LookFields query={query} onChange={onChange} />
      <FilterList {...fields} />
    </>
  );
}
