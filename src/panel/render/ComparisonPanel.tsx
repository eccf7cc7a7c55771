import { type PanelProps } from '@grafana/data';
import { useMemo, useState } from 'react';
import { type Change, changesOf } from '../model/changes';
import { distributionOf } from '../model/distribution';
import { distributionStatusOf, statusOf } from '../model/status';
import { TimeAxis } from '../model/timeAxis';
import { withoutForeign } from '../model/foreignSettings';
import { viewOf } from '../model/view';
import { type ComparisonOptions, withDefaults } from '../options';
import { Comparison } from './Comparison';
import { LazyDistribution } from './LazyDistribution';
import { Message } from './notes';
import { refreshDashboard } from './refresh';
import { testIds } from './base';
import { useLastAnswer } from './useLastAnswer';

/** What frames of exemplars are called. */
const EXEMPLARS = 'exemplar';
const NO_CHANGES: Change[] = [];

/** The panel: frames in, comparison or a state in words out. */
export function ComparisonPanel(props: PanelProps<ComparisonOptions>) {
  const { options: stored, width, height, timeRange, timeZone, eventBus, onChangeTimeRange } = props;
  const { replaceVariables, fieldConfig } = props;
  // A dashboard's variable can name the signal, so that a link leads to it.
  const mainSignal = replaceVariables(withDefaults(stored).mainSignal);
  const options = useMemo(() => ({ ...withDefaults(stored), mainSignal }), [stored, mainSignal]);
  const { data, staleSince } = useLastAnswer(props);
  const [subjectKey, setSubjectKey] = useState<string>();
  const series = useMemo(() => withoutForeign(data.series, fieldConfig), [data.series, fieldConfig]);
  const view = useMemo(() => viewOf(series, options, subjectKey), [series, options, subjectKey]);
  const changes = useMemo(
    () => changesOf([...(data.annotations ?? []), ...data.series]),
    [data.annotations, data.series]
  );
  const exemplars = useMemo(
    () => [...(data.annotations ?? []), ...data.series].filter(({ name }) => name === EXEMPLARS),
    [data.annotations, data.series]
  );
  const distribution = useMemo(() => distributionOf(series, options.mainSignal), [series, options.mainSignal]);
  // Frames of distributions alone say themselves how they are to be seen.
  const distributed = distribution !== null && (options.view === 'distribution' || view === null);
  const status = useMemo(
    () =>
      options.view === 'distribution' || distributed
        ? distributionStatusOf(data, distribution, staleSince)
        : statusOf(data, view, staleSince),
    [data, view, distribution, distributed, options.view, staleSince]
  );

  const [from, to] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const axis = useMemo(() => new TimeAxis(from, to, timeZone), [from, to, timeZone]);
  const retry = () => refreshDashboard(eventBus);

  return (
    <div
      style={{ width, height, position: 'relative', overflow: 'hidden' }}
      role="group"
      aria-label="Feature over baseline"
      aria-busy={status.loading}
      data-testid={testIds.panel}
      data-state={status.kind}
    >
      {distributed ? (
        <LazyDistribution
          view={distribution}
          changes={options.showChanges ? changes : NO_CHANGES}
          status={status}
          width={width}
          height={height}
          axis={axis}
          onRetry={retry}
        />
      ) : view && options.view !== 'distribution' ? (
        <Comparison
          view={view}
          changes={changes}
          exemplars={exemplars}
          status={status}
          options={options}
          width={width}
          height={height}
          axis={axis}
          eventBus={eventBus}
          onZoom={(from, to) => onChangeTimeRange({ from, to })}
          onSelectSubject={setSubjectKey}
          onRetry={retry}
        />
      ) : (
        <Message status={status} height={height} onRetry={retry} />
      )}
    </div>
  );
}
