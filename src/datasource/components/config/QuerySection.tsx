import { type SelectableValue } from '@grafana/data';
import { ConfigSection } from '@grafana/plugin-ui';
import { InlineField, InlineSwitch } from '@grafana/ui';
import { useId } from 'react';

import { type Limits, type Settings } from '../../../contract/contract.gen';
import { ChoiceSetting } from './ChoiceSetting';
import { NamesSetting } from './NamesSetting';
import { NumberSetting } from './NumberSetting';
import { type SectionProps } from './settings';
import { TextSetting } from './TextSetting';
import { durationError, limitError } from './validation';

const methods: Array<SelectableValue<NonNullable<Settings['httpMethod']>>> = [
  { value: 'POST', label: 'POST', description: 'Long queries fit' },
  { value: 'GET', label: 'GET', description: 'For servers and proxies that know nothing else' },
];

/** How Prometheus is asked, and how much of it one query may read. */
export function QuerySection({ settings, readOnly, onChange }: SectionProps) {
  const id = useId();
  const { limits } = settings;

  function changeLimits(changed: Limits) {
    const next = Object.fromEntries(
      Object.entries<number | undefined>({ ...limits, ...changed }).filter(([, value]) => value !== undefined)
    );
    onChange({ limits: Object.keys(next).length > 0 ? next : undefined });
  }

  return (
    <ConfigSection title="Queries" isCollapsible isInitiallyOpen>
      <TextSetting
        label="Scrape interval"
        tooltip="How often Prometheus scrapes the services. Left empty, it is learnt from the samples: set it where that is slow or wrong."
        value={settings.timeInterval}
        placeholder="learnt from the samples"
        error={durationError(settings.timeInterval)}
        readOnly={readOnly}
        onChange={(timeInterval) => onChange({ timeInterval })}
      />
      <TextSetting
        label="Query timeout"
        tooltip="How long one request to Prometheus may take."
        value={settings.queryTimeout}
        placeholder="30s"
        error={durationError(settings.queryTimeout)}
        readOnly={readOnly}
        onChange={(queryTimeout) => onChange({ queryTimeout })}
      />
      <ChoiceSetting
        label="HTTP method"
        options={methods}
        value={settings.httpMethod ?? 'POST'}
        readOnly={readOnly}
        onChange={(httpMethod) => onChange({ httpMethod })}
      />
      <NamesSetting
        label="Allowed cookies"
        tooltip="Grafana removes the cookies of its users' requests; those named here are passed on to Prometheus."
        placeholder="Name of a cookie (Enter adds it)"
        value={settings.keepCookies}
        readOnly={readOnly}
        onChange={(keepCookies) => onChange({ keepCookies })}
      />
      <NumberSetting
        label="Most variants"
        tooltip="How many variants of a flag one query compares; the rest is left out, with a notice."
        value={limits?.maxVariants}
        placeholder="50"
        error={limitError(limits?.maxVariants)}
        readOnly={readOnly}
        onChange={(maxVariants) => changeLimits({ maxVariants })}
      />
      <NumberSetting
        label="Most series"
        tooltip="How many series of one answer are read."
        value={limits?.maxSeries}
        placeholder="20000"
        error={limitError(limits?.maxSeries)}
        readOnly={readOnly}
        onChange={(maxSeries) => changeLimits({ maxSeries })}
      />
      <NumberSetting
        label="Most bytes"
        tooltip="How many bytes of one answer are read."
        value={limits?.maxBytes}
        placeholder="67108864"
        error={limitError(limits?.maxBytes)}
        readOnly={readOnly}
        onChange={(maxBytes) => changeLimits({ maxBytes })}
      />
      <InlineField
        label="Partial is an error"
        labelWidth={24}
        tooltip="Makes an alert rule fail when a part of the data is missing, instead of judging the rest."
        htmlFor={id}
        disabled={readOnly}
      >
        <InlineSwitch
          id={id}
          value={settings.partialAsError ?? false}
          onChange={({ currentTarget }) => onChange({ partialAsError: currentTarget.checked || undefined })}
        />
      </InlineField>
    </ConfigSection>
  );
}
