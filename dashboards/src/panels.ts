import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as HeatmapBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { datasource } from './flaglensQuery';

/** Where a panel lies on the 24-column grid, and what it says. */
export interface PanelPlace {
  /** What links to the panel, and a dashboard that is shared externally, know it by: it stays as it is. */
  id: number;
  title: string;
  description: string;
  gridPos: GridPos;
}

type Target = Builder<Dataquery>;

/** A core time series panel with a legend below and one tooltip for all series. */
export function timeseries(place: PanelPlace, ...targets: Target[]): TimeseriesBuilder {
  const panel = new TimeseriesBuilder()
    .id(place.id)
    .title(place.title)
    .description(place.description)
    .datasource(datasource)
    .gridPos(place.gridPos)
    .min(0)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
  return withTargets(panel, targets);
}

/** A core stat panel: the last value of each series. */
export function stat(place: PanelPlace, ...targets: Target[]): StatBuilder {
  return withTargets(
    new StatBuilder()
      .id(place.id)
      .title(place.title)
      .description(place.description)
      .datasource(datasource)
      .gridPos(place.gridPos),
    targets
  );
}

/** A core table panel. */
export function table(place: PanelPlace, ...targets: Target[]): TableBuilder {
  return withTargets(
    new TableBuilder()
      .id(place.id)
      .title(place.title)
      .description(place.description)
      .datasource(datasource)
      .gridPos(place.gridPos),
    targets
  );
}

/** A core heatmap panel that takes its rows from the query as they are. */
export function heatmap(place: PanelPlace, ...targets: Target[]): HeatmapBuilder {
  return withTargets(
    new HeatmapBuilder()
      .id(place.id)
      .title(place.title)
      .description(place.description)
      .datasource(datasource)
      .gridPos(place.gridPos)
      .calculate(false),
    targets
  );
}

function withTargets<B extends { withTarget(target: Target): B }>(panel: B, targets: Target[]): B {
  return targets.reduce((built, target) => built.withTarget(target), panel);
}
