import { ConfigSection } from '@grafana/plugin-ui';
import { DataSourcePicker } from '@grafana/runtime';
import { InlineField } from '@grafana/ui';
import { useId } from 'react';

import { type Traces } from '../../../contract/contract.gen';
import { type SectionProps } from './settings';
import { TextSetting } from './TextSetting';
import { traceUrlError } from './validation';

/** The tracing datasources whose queries take the id of a trace. */
const types = ['tempo', 'jaeger', 'zipkin', 'grafana-x-ray-datasource'];

/** Where the traces are that exemplars name. */
export function TracesSection({ settings, readOnly, onChange }: SectionProps) {
  const id = useId();
  const { traces } = settings;

  function change(changed: Traces) {
    const next = Object.fromEntries(
      Object.entries<string | undefined>({ ...traces, ...changed }).filter(([, value]) => value !== undefined)
    );
    onChange({ traces: Object.keys(next).length > 0 ? next : undefined });
  }

  return (
    <ConfigSection
      title="Traces"
      description="Where the traces are that exemplars name. Once this is set, latency is shown with its exemplars, and each leads to its trace."
      isCollapsible
      isInitiallyOpen={traces !== undefined}
    >
      <InlineField
        label="Trace datasource"
        labelWidth={24}
        tooltip="A tracing datasource of this Grafana. It goes before the URL."
        htmlFor={id}
        grow
        disabled={readOnly}
      >
        <DataSourcePicker
          inputId={id}
          filter={({ type }) => types.includes(type)}
          current={traces?.datasourceUid ?? null}
          noDefault
          placeholder="None"
          disabled={readOnly}
          onChange={({ uid }) => change({ datasourceUid: uid })}
          onClear={() => change({ datasourceUid: undefined })}
        />
      </InlineField>
      <TextSetting
        label="Trace URL"
        tooltip="The page of a trace, with ${traceId} where its id belongs; for tracing systems that no datasource shows."
        value={traces?.url}
        placeholder="http://localhost:16686/trace/${traceId}"
        error={traceUrlError(traces?.url)}
        readOnly={readOnly}
        onChange={(url) => change({ url })}
      />
      <TextSetting
        label="Trace label"
        tooltip="The label of exemplars that holds the id of the trace."
        value={traces?.label}
        placeholder="trace_id"
        readOnly={readOnly}
        onChange={(label) => change({ label })}
      />
    </ConfigSection>
  );
}
