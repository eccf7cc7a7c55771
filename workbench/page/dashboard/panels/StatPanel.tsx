import {
  type DataFrame,
  FieldType,
  formattedValueToString,
  getDisplayProcessor,
  getFieldDisplayName,
  reduceField,
  ReducerID,
} from '@grafana/data';
import { BigValue, BigValueColorMode, BigValueGraphMode, BigValueTextMode, useTheme2 } from '@grafana/ui';

import { isHidden } from './alignSeries';

interface StatPanelProps {
  frames: DataFrame[];
  width: number;
  height: number;
}

/** The newest value of each series, large. */
export function StatPanel({ frames, width, height }: StatPanelProps) {
  const theme = useTheme2();
  const values = frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === FieldType.time);
    return frame.fields
      .filter((field) => field.type === FieldType.number && !isHidden(field))
      .map((field) => {
        const last: unknown = reduceField({ field, reducers: [ReducerID.lastNotNull] })[ReducerID.lastNotNull];
        const display = field.display ?? getDisplayProcessor({ field, theme });
        return {
          title: getFieldDisplayName(field, frame, frames),
          value: display(last),
          sparkline: time ? { y: field, x: time } : undefined,
        };
      });
  });
  return (
    <div style={{ display: 'flex' }}>
      {values.map(({ title, value, sparkline }) => (
        <BigValue
          key={title}
          width={Math.floor(width / values.length)}
          height={height}
          theme={theme}
          value={{ ...value, title, text: formattedValueToString({ text: value.text }) }}
          {...(sparkline ? { sparkline } : {})}
          colorMode={BigValueColorMode.None}
          graphMode={BigValueGraphMode.Area}
          // As in Grafana: one value needs no name beside the panel's title.
          textMode={values.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Value}
        />
      ))}
    </div>
  );
}
