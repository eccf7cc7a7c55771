import { type Direction, type Kind } from '../../../contract/constants.gen';
import { type MetricsResource, type Signal, type Split } from '../../../contract/contract.gen';
import { LoadError } from '../../../shared/LoadError';
import { choicesOf, withChosen } from '../common/options';
import { type Loaded } from '../../../shared/useLoaded';
import { withoutEmpty } from './catalogue';
import { ChoiceSetting } from './ChoiceSetting';
import { NumberSetting } from './NumberSetting';
import { SplitFields } from './SplitFields';
import { TextSetting } from './TextSetting';
import { idError, nameError } from './validation';

interface Props {
  signal: Signal;
  /** Whether the id is a preset's, and must stay for the entry to replace it. */
  fixedId: boolean;
  /** The ids of the other signals. */
  otherIds: string[];
  metrics: Loaded<MetricsResource>;
  split: Split | undefined;
  readOnly: boolean;
  onChange: (signal: Signal) => void;
}

const kinds = choicesOf<Kind>({
  histogram: { label: 'Histogram', description: 'Quantiles and mean of a classic or native histogram' },
  ratio: { label: 'Ratio', description: 'The part of the events that are bad, or wanted' },
  rate: { label: 'Rate', description: 'Events a second of a counter' },
  gauge: { label: 'Gauge', description: 'The mean of a gauge' },
  mean: { label: 'Mean', description: 'The rate of a sum over the rate of its count' },
});

const directions = choicesOf<Direction>({
  lower: { label: 'Lower is better' },
  higher: { label: 'Higher is better' },
  neutral: { label: 'Neutral', description: 'Shown and never judged' },
});

/** The fields of one signal of the catalogue. Every change is taken at once; what is wrong is said in place. */
export function SignalForm({ signal, fixedId, otherIds, metrics, split, readOnly, onChange }: Props) {
  const change = (changed: Partial<Signal>) => onChange(withoutEmpty({ ...signal, ...changed }));
  const metricOptions = (metrics.value?.metrics ?? []).map(({ name, type, help }) => ({
    value: name,
    label: name,
    description: help ? `${type}: ${help}` : type,
  }));

  const metricField = (label: string, tooltip: string, field: 'metric' | 'countMetric') => (
    <ChoiceSetting
      label={label}
      tooltip={tooltip}
      options={withChosen(metricOptions, [signal[field]])}
      value={signal[field] === '' ? undefined : signal[field]}
      placeholder="Choose a metric, or type its name"
      loading={metrics.loading}
      typed
      required
      readOnly={readOnly}
      error={nameError('metric', signal[field])}
      onChange={(name) => change({ [field]: name })}
    />
  );

  return (
    <>
      <TextSetting
        label="Id"
        tooltip="What queries call the signal. A preset's id replaces the preset's signal."
        value={signal.id}
        error={idError(signal.id, otherIds)}
        required
        onLeave
        readOnly={readOnly || fixedId}
        onChange={(id = '') => change({ id })}
      />
      <TextSetting
        label="Name"
        value={signal.name}
        placeholder={signal.id}
        readOnly={readOnly}
        onChange={(name = '') => change({ name })}
      />
      <ChoiceSetting
        label="Kind"
        options={kinds}
        value={signal.kind}
        readOnly={readOnly}
        onChange={(kind) => change({ kind })}
      />
      {metricField(
        signal.kind === 'mean' ? 'Sum metric' : 'Metric',
        'Of a histogram the name without _bucket; of a counter or gauge as it is.',
        'metric'
      )}
      {signal.kind === 'mean' && metricField('Count metric', 'The counter that the sum is divided by.', 'countMetric')}
      {metrics.error !== undefined && <LoadError what="The metrics" error={metrics.error} onRetry={metrics.reload} />}
      <TextSetting
        label="Selector"
        tooltip="Narrows the metric: a PromQL selector without a name."
        value={signal.selector}
        placeholder={'route="/cart"'}
        readOnly={readOnly}
        onChange={(selector) => change({ selector })}
      />
      {signal.kind === 'ratio' && (
        <TextSetting
          label="Metric of counted events"
          tooltip="Where they have a counter of their own. It counts as 0 as long as it has no series and the metric has."
          value={signal.badMetric}
          placeholder={signal.metric}
          error={signal.badMetric === undefined ? undefined : nameError('metric', signal.badMetric)}
          readOnly={readOnly}
          onChange={(badMetric) => change({ badMetric })}
        />
      )}
      {signal.kind === 'ratio' && (
        <TextSetting
          label="Counted events"
          tooltip="Which of the events count: a PromQL selector without a name. They are divided by all events."
          value={signal.bad}
          placeholder={'status=~"5.."'}
          error={signal.bad === undefined && signal.badMetric === undefined ? 'Say which events count' : undefined}
          required={signal.badMetric === undefined}
          readOnly={readOnly}
          onChange={(bad) => change({ bad })}
        />
      )}
      <TextSetting
        label="Unit"
        tooltip="A Grafana unit id: s, percentunit, reqps, bytes."
        value={signal.unit}
        placeholder="s"
        readOnly={readOnly}
        onChange={(unit) => change({ unit })}
      />
      <ChoiceSetting
        label="Direction"
        options={directions}
        value={signal.direction ?? 'neutral'}
        readOnly={readOnly}
        onChange={(direction) => change({ direction })}
      />
      <NumberSetting
        label="Margin, relative"
        tooltip="How much worse is tolerated, as a part of the baseline: 0.1 is 10%."
        value={signal.margin?.relative}
        placeholder="0"
        step="any"
        readOnly={readOnly}
        onChange={(relative) => change({ margin: { ...signal.margin, relative } })}
      />
      <NumberSetting
        label="Margin, absolute"
        tooltip="How much worse is tolerated, in the signal's unit."
        value={signal.margin?.absolute}
        placeholder="0"
        step="any"
        readOnly={readOnly}
        onChange={(absolute) => change({ margin: { ...signal.margin, absolute } })}
      />
      <TextSetting
        label="Description"
        value={signal.description}
        readOnly={readOnly}
        onChange={(description) => change({ description })}
      />
      <SplitFields
        split={signal.split}
        fallback={split}
        inherited="As the datasource"
        readOnly={readOnly}
        onChange={(own) => change({ split: own })}
      />
    </>
  );
}
