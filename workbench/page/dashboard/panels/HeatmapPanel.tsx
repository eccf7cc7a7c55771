import { css } from '@emotion/css';
import { colorManipulator, type DataFrame, dateTimeFormat, type GrafanaTheme2, type TimeRange } from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleOrientation } from '@grafana/schema';
import { UPlotChart, UPlotConfigBuilder, useStyles2, useTheme2 } from '@grafana/ui';
import { useMemo, useState } from 'react';
import type uPlot from 'uplot';

import { type Heatmap, heatmapOf, usedRows } from './heatmapCells';

interface HeatmapPanelProps {
  frames: DataFrame[];
  range: TimeRange;
  width: number;
  height: number;
}

const captionHeight = 24;

/** Buckets over time: the darker a cell, the more requests a second fell into it. A picture for each frame. */
export function HeatmapPanel({ frames, range, width, height }: HeatmapPanelProps) {
  const maps = useMemo(
    () => frames.map(heatmapOf).filter((map): map is Heatmap => map !== undefined && map.max > 0),
    [frames]
  );
  const share = Math.floor(height / Math.max(1, maps.length));
  return (
    <>
      {maps.map((map) => (
        <OneHeatmap key={map.name} map={map} range={range} width={width} height={share} />
      ))}
    </>
  );
}

interface Cell {
  time: number;
  label: string;
  value: number;
}

interface OneHeatmapProps {
  map: Heatmap;
  range: TimeRange;
  width: number;
  height: number;
}

function OneHeatmap({ map, range, width, height }: OneHeatmapProps) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const [cell, setCell] = useState<Cell>();
  const from = range.from.valueOf();
  const to = range.to.valueOf();
  const config = useMemo(() => buildConfig(map, theme, from, to, setCell), [map, theme, from, to]);
  const data = useMemo<uPlot.AlignedData>(() => [map.times, map.times.map(() => null)], [map]);
  const text = cell
    ? `${dateTimeFormat(cell.time)}: ${cell.value.toPrecision(3)} requests/s up to ${cell.label}`
    : `${map.name}, up to ${map.max.toPrecision(3)} requests/s in a bucket`;
  return (
    <>
      <p className={styles.caption}>{text}</p>
      <UPlotChart config={config} data={data} width={width} height={height - captionHeight} />
    </>
  );
}

function buildConfig(
  map: Heatmap,
  theme: GrafanaTheme2,
  from: number,
  to: number,
  onCell: (cell: Cell | undefined) => void
): UPlotConfigBuilder {
  const rows = usedRows(map);
  const builder = new UPlotConfigBuilder('browser');
  builder.addScale({
    scaleKey: 'x',
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    isTime: true,
    range: () => [from, to],
  });
  builder.addScale({
    scaleKey: 'bucket',
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Up,
    range: () => [0, rows.length],
  });
  builder.addAxis({ scaleKey: 'x', isTime: true, placement: AxisPlacement.Bottom, timeZone: 'browser', theme });
  builder.addAxis({
    scaleKey: 'bucket',
    placement: AxisPlacement.Left,
    theme,
    // Every bound stands at the upper edge of its bucket; with many buckets only some are named.
    splits: () => rows.map((_, index) => index + 1).filter((edge) => edge % Math.ceil(rows.length / 12) === 0),
    formatValue: (edge: number) => rows[edge - 1]?.label ?? '',
    size: 60,
  });
  // uPlot wants a series to draw; the cells are drawn by the hook.
  builder.addSeries({ scaleKey: 'bucket', theme, lineColor: 'transparent', lineWidth: 0 });
  builder.addHook('draw', (plot) => drawCells(plot, map, rows, theme));
  builder.addHook('setCursor', (plot) => onCell(cellAt(plot, map, rows)));
  builder.setCursor({ sync: { key: 'workbench' }, drag: { x: false, y: false }, points: { show: false } });
  return builder;
}

function drawCells(plot: uPlot, map: Heatmap, rows: Heatmap['rows'], theme: GrafanaTheme2): void {
  const color = theme.visualization.getColorByName('orange');
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  rows.forEach(({ values }, row) => {
    const top = plot.valToPos(row + 1, 'bucket', true);
    const bottom = plot.valToPos(row, 'bucket', true);
    map.times.forEach((time, column) => {
      const value = values[column] ?? 0;
      if (value <= 0) {
        return;
      }
      // A square root keeps the rare, slow requests visible beside the many quick ones.
      ctx.fillStyle = colorManipulator.alpha(color, 0.12 + 0.88 * Math.sqrt(value / map.max));
      // A value at a time tells of the step before it.
      const left = plot.valToPos(time - map.step, 'x', true);
      const right = plot.valToPos(time, 'x', true);
      // Narrow columns touch: gaps between them would be stripes.
      const gap = right - left > 6 ? 1 : 0;
      ctx.fillRect(left, top, Math.max(1, right - left - gap), Math.max(1, bottom - top - 1));
    });
  });
  ctx.restore();
}

function cellAt(plot: uPlot, map: Heatmap, rows: Heatmap['rows']): Cell | undefined {
  const { left = -1, top = -1 } = plot.cursor;
  if (left < 0 || top < 0) {
    return undefined;
  }
  const moment = plot.posToVal(left, 'x');
  const row = rows[Math.floor(plot.posToVal(top, 'bucket'))];
  const column = map.times.findIndex((time) => time >= moment && time - map.step < moment);
  const time = map.times[column];
  return row && time !== undefined ? { time, label: row.label, value: row.values[column] ?? 0 } : undefined;
}

const getStyles = (theme: GrafanaTheme2) => ({
  caption: css({
    height: captionHeight,
    margin: 0,
    padding: theme.spacing(0, 1),
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
});
