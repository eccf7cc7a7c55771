import { css } from '@emotion/css';
import {
  type DataFrame,
  dateTimeFormat,
  formattedValueToString,
  getDisplayProcessor,
  getFieldSeriesColor,
  type GrafanaTheme2,
  type TimeRange,
} from '@grafana/data';
import { AxisPlacement, GraphDrawStyle, ScaleDirection, ScaleOrientation, VisibilityMode } from '@grafana/schema';
import { SeriesTable, TooltipPlugin2, UPlotChart, UPlotConfigBuilder, useStyles2, useTheme2 } from '@grafana/ui';
import { type ComponentProps, useMemo } from 'react';
import type uPlot from 'uplot';

import { type Aligned, alignSeries } from './alignSeries';

interface TimeSeriesPanelProps {
  frames: DataFrame[];
  range: TimeRange;
  width: number;
  height: number;
  onZoom: (from: number, to: number) => void;
}

const legendHeight = 28;
const letterWidth = 7;
const axisGap = 16;
/** TooltipPlugin2's mode in which one tooltip tells all series at a time. */
const allSeries = 1 as ComponentProps<typeof TooltipPlugin2>['hoverMode'];

/** Lines over time, with the components that Grafana's own time series panel is made of. */
export function TimeSeriesPanel({ frames, range, width, height, onZoom }: TimeSeriesPanelProps) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const aligned = useMemo(() => alignSeries(frames), [frames]);
  const from = range.from.valueOf();
  const to = range.to.valueOf();
  const config = useMemo(() => buildConfig(aligned, theme, from, to), [aligned, theme, from, to]);
  const data = useMemo<uPlot.AlignedData>(
    () => [aligned.times, ...aligned.series.map(({ values }) => values)],
    [aligned]
  );
  return (
    <>
      <UPlotChart config={config} data={data} width={width} height={height - legendHeight}>
        <TooltipPlugin2
          config={config}
          hoverMode={allSeries}
          queryZoom={({ from: start, to: end }) => onZoom(start, end)}
          render={(_plot, indices) => <Readout aligned={aligned} index={indices.find((index) => index !== null)} />}
        />
      </UPlotChart>
      <ul className={styles.legend}>
        {aligned.series.map(({ name, field }) => (
          <li key={name}>
            <span className={styles.swatch} style={{ background: getFieldSeriesColor(field, theme).color }} />
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}

function Readout({ aligned, index }: { aligned: Aligned; index: number | null | undefined }) {
  const theme = useTheme2();
  const time = aligned.times[index ?? -1];
  if (index === null || index === undefined || time === undefined) {
    return null;
  }
  const rows = aligned.series.map(({ name, field, values }) => ({
    label: name,
    color: getFieldSeriesColor(field, theme).color,
    value: formattedValueToString(display(field, theme)(values[index])),
  }));
  return <SeriesTable timestamp={dateTimeFormat(time)} series={rows} />;
}

/** Room for the longest label that the axis of a field can have, in the font that is there. */
function axisSize({ field, values }: Aligned['series'][number], theme: GrafanaTheme2): number {
  const process = display(field, theme);
  const numbers = values.filter((value) => value !== null);
  // Labels between two round numbers can have a digit and a point more than the extremes.
  const samples = [0, Math.min(0, ...numbers), Math.max(0, ...numbers) / 3].map((value) => process(value));
  return axisGap + letterWidth * Math.max(...samples.map((value) => formattedValueToString(value).length));
}

function display(field: Aligned['series'][number]['field'], theme: GrafanaTheme2) {
  return field.display ?? getDisplayProcessor({ field, theme });
}

function buildConfig({ series }: Aligned, theme: GrafanaTheme2, from: number, to: number): UPlotConfigBuilder {
  const builder = new UPlotConfigBuilder('browser');
  builder.addScale({
    scaleKey: 'x',
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    isTime: true,
    range: () => [from, to],
  });
  builder.addAxis({ scaleKey: 'x', isTime: true, placement: AxisPlacement.Bottom, timeZone: 'browser', theme });
  for (const line of series) {
    const { field } = line;
    const scaleKey = field.config.unit ?? 'y';
    builder.addScale({
      scaleKey,
      orientation: ScaleOrientation.Vertical,
      direction: ScaleDirection.Up,
      min: field.config.min ?? null,
      max: field.config.max ?? null,
    });
    builder.addAxis({
      scaleKey,
      placement: AxisPlacement.Left,
      theme,
      formatValue: (value: number, decimals) => formattedValueToString(display(field, theme)(value, decimals)),
      size: axisSize(line, theme),
    });
    builder.addSeries({
      scaleKey,
      theme,
      lineColor: getFieldSeriesColor(field, theme).color,
      lineWidth: 1.5,
      drawStyle: GraphDrawStyle.Line,
      showPoints: VisibilityMode.Auto,
      pointSize: 4,
      spanNulls: false,
    });
  }
  builder.setCursor({ sync: { key: 'workbench' }, drag: { x: true, y: false, setScale: false } });
  return builder;
}

const getStyles = (theme: GrafanaTheme2) => ({
  legend: css({
    height: legendHeight,
    margin: 0,
    padding: theme.spacing(0.5, 1),
    display: 'flex',
    gap: theme.spacing(2),
    overflowX: 'auto',
    whiteSpace: 'nowrap',
    listStyle: 'none',
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
  swatch: css({
    display: 'inline-block',
    width: 14,
    height: 4,
    borderRadius: 2,
    marginRight: 6,
    verticalAlign: 'middle',
  }),
});
