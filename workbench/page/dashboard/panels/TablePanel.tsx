import type { DataFrame } from '@grafana/data';
import { Combobox, InlineField, Table } from '@grafana/ui';
import { useState } from 'react';

interface TablePanelProps {
  frames: DataFrame[];
  width: number;
  height: number;
  /** Its accessible name. */
  label: string;
}

const pickerHeight = 40;

function nameOf(frame: DataFrame, index: number): string {
  const labels = frame.fields.find((field) => field.labels)?.labels ?? {};
  const words = Object.values(labels).filter(Boolean).join(' · ');
  return `${index + 1}: ${frame.name ?? (words === '' ? (frame.refId ?? 'frame') : words)}`;
}

/** The rows of a frame, with a choice where there are several. */
export function TablePanel({ frames, width, height, label }: TablePanelProps) {
  const [chosen, setChosen] = useState(0);
  const shown = frames.filter((frame) => frame.fields.length > 0);
  const frame = shown[chosen] ?? shown[0];
  if (!frame) {
    return null;
  }
  const several = shown.length > 1;
  return (
    <>
      {several && (
        <InlineField label="Frame" htmlFor={`${label}-frame`} transparent>
          <Combobox
            id={`${label}-frame`}
            options={shown.map((one, index) => ({ label: nameOf(one, index), value: index }))}
            value={shown.indexOf(frame)}
            onChange={({ value }) => setChosen(value)}
            width={50}
          />
        </InlineField>
      )}
      <Table
        ariaLabel={label}
        data={frame}
        width={width}
        height={height - (several ? pickerHeight : 0)}
        columnMinWidth={90}
        resizable
      />
    </>
  );
}
