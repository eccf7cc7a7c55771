import { type SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { Select } from '@grafana/ui';
import { useId } from 'react';

import { type Detail } from '../../../contract/constants.gen';
import { withChosen } from '../common/options';
import { detailChoices, legendChoices } from './choices';
import { type FieldsProps } from './fields';
import { shownFields } from './queryTypes';

/** How an answer looks in core panels: what its series are called, and how much of it is shown. */
export function LookFields({ query, onChange }: Pick<FieldsProps, 'query' | 'onChange'>) {
  const id = useId();
  return (
    <>
      {shownFields(query).legend && (
        <EditorField
          label="Legend"
          htmlFor={`${id}-legend`}
          width={24}
          tooltip="How series are called. Type a text of your own, in which {{variant}}, {{stat}}, {{signal}} and the labels of Group by stand for what the series has."
        >
          <Select
            inputId={`${id}-legend`}
            options={withChosen(legendChoices, [query.legend])}
            value={query.legend ?? ''}
            onChange={({ value }: SelectableValue<string>) =>
              onChange({ ...query, legend: value === '' ? undefined : value })
            }
            formatCreateLabel={(text) => `Use ${text}`}
            allowCustomValue
          />
        </EditorField>
      )}
      {query.format !== 'alert' && (
        <EditorField
          label="Detail"
          htmlFor={`${id}-detail`}
          width={18}
          tooltip="How much core panels show where nothing else is chosen. The Flaglens panels show everything in any case."
        >
          <Select
            inputId={`${id}-detail`}
            options={detailChoices}
            value={query.detail ?? 'everything'}
            onChange={({ value }: SelectableValue<Detail>) => onChange({ ...query, detail: value })}
          />
        </EditorField>
      )}
    </>
  );
}
