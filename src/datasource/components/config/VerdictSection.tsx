import { ConfigSection } from '@grafana/plugin-ui';

import { type AllocationMetric, type ReasonMetric } from '../../../contract/contract.gen';
import { profiles } from '../common/profiles';
import { AllocationRows } from './AllocationRows';
import { ChoiceSetting } from './ChoiceSetting';
import { NamesSetting } from './NamesSetting';
import { NumberSetting } from './NumberSetting';
import { type SectionProps } from './settings';
import { TextSetting } from './TextSetting';
import { alphaError, labelError } from './validation';

/** A metric with labels: gone where its name is. */
function withMetric<T extends { metric: string }>(metric: T | undefined, changed: Partial<T>): T | undefined {
  const next = Object.fromEntries(
    Object.entries<unknown>({ metric: '', ...metric, ...changed }).filter(([, value]) => value !== undefined)
  ) as T;
  return next.metric === '' ? undefined : next;
}

/** By which rules a feature is called worse, and what tells how its requests were meant to be split. */
export function VerdictSection({ settings, readOnly, onChange }: SectionProps) {
  const { alpha, allocationMetric, reasonMetric } = settings;
  const changeAllocation = (changed: Partial<AllocationMetric>) =>
    onChange({ allocationMetric: withMetric(allocationMetric, changed) });
  const changeReason = (changed: Partial<ReasonMetric>) =>
    onChange({ reasonMetric: withMetric(reasonMetric, changed) });

  return (
    <ConfigSection title="Verdicts" isCollapsible isInitiallyOpen>
      <NumberSetting
        label="Alpha"
        tooltip="The part of harmless rollouts that may be called regressed, over all time."
        value={alpha}
        step="any"
        placeholder="0.01"
        error={alphaError(alpha)}
        readOnly={readOnly}
        onChange={(next) => onChange({ alpha: next })}
      />
      <ChoiceSetting
        label="Profile"
        options={profiles}
        value={settings.profile ?? 'strict'}
        readOnly={readOnly}
        onChange={(profile) => onChange({ profile })}
      />
      <NamesSetting
        label="Process labels"
        tooltip="The labels that tell one process from another. Counters are read no further aggregated."
        placeholder={settings.processLabels ? 'Add a label' : 'instance'}
        value={settings.processLabels}
        readOnly={readOnly}
        onChange={(processLabels) => onChange({ processLabels })}
      />
      <TextSetting
        label="Allocation metric"
        tooltip="A gauge of the share that each variant is meant to have, by flag and variant. It tells when a rollout began, and whether the requests are split as they should be."
        value={allocationMetric?.metric}
        placeholder="feature_flag_allocation_ratio"
        readOnly={readOnly}
        onLeave
        onChange={(metric = '') => changeAllocation({ metric })}
      />
      {allocationMetric && (
        <>
          <TextSetting
            label="Its flag label"
            value={allocationMetric.flagLabel}
            placeholder="As for the requests"
            error={labelError(allocationMetric.flagLabel)}
            readOnly={readOnly}
            onChange={(flagLabel) => changeAllocation({ flagLabel })}
          />
          <TextSetting
            label="Its variant label"
            value={allocationMetric.variantLabel}
            placeholder="As for the requests"
            error={labelError(allocationMetric.variantLabel)}
            readOnly={readOnly}
            onChange={(variantLabel) => changeAllocation({ variantLabel })}
          />
        </>
      )}
      <AllocationRows settings={settings} readOnly={readOnly} onChange={onChange} />
      <TextSetting
        label="Reason metric"
        tooltip="A counter of flag evaluations by their reason. Where variants are targeted and not drawn by lot, verdicts say so."
        value={reasonMetric?.metric}
        placeholder="feature_flag_evaluation_success_total"
        readOnly={readOnly}
        onLeave
        onChange={(metric = '') => changeReason({ metric })}
      />
      {reasonMetric && (
        <>
          <TextSetting
            label="Its flag label"
            value={reasonMetric.flagLabel}
            placeholder="As for the requests"
            error={labelError(reasonMetric.flagLabel)}
            readOnly={readOnly}
            onChange={(flagLabel) => changeReason({ flagLabel })}
          />
          <TextSetting
            label="Its reason label"
            value={reasonMetric.reasonLabel}
            placeholder="reason"
            error={labelError(reasonMetric.reasonLabel)}
            readOnly={readOnly}
            onChange={(reasonLabel) => changeReason({ reasonLabel })}
          />
        </>
      )}
    </ConfigSection>
  );
}
