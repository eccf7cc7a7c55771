import { type PanelProps } from '@grafana/data';
import { useMemo, useState } from 'react';
import { changesOf } from '../model/changes';
import { statusOf } from '../model/status';
import { viewOf } from '../model/view';
import { type ComparisonOptions, withDefaults } from '../options';
import { Comparison } from './Comparison';
import { Message } from './Message';
import { refreshDashboard } from './refresh';
import { testIds } from './testIds';
import { useLastAnswer } from './useLastAnswer';

/** The panel: frames in, comparison or a state in words out. */
export function ComparisonPanel(props: PanelProps<ComparisonOptions>) {
  const { options: stored, width, height, timeRange, timeZone, eventBus, onChangeTimeRange } = props;
  const options = useMemo(() => withDefaults(stored), [stored]);
  const data = useLastAnswer(props.data);
  const [subjectKey, setSubjectKey] = useState<string>();
  const view = useMemo(() => viewOf(data.series, options, subjectKey), [data.series, options, subjectKey]);
  const changes = useMemo(
    () => changesOf([...(data.annotations ?? []), ...data.series]),
    [data.annotations, data.series]
  );
  const status = useMemo(() => statusOf(data, view), [data, view]);

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
      {view ? (
        <Comparison
          view={view}
          changes={changes}
          status={status}
          options={options}
          width={width}
          height={height}
          from={timeRange.from.valueOf()}
          to={timeRange.to.valueOf()}
          timeZone={timeZone}
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
