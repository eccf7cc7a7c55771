import { formatValue } from '../../format/numbers';
import { areasBetween } from '../../model/areas';
import { shadesOf, verdictOn } from '../../model/harm';
import { marginLine } from '../../model/marginLine';
import { HIGH_TRACK, PLOT_INSET } from '../../model/heights';
import { type PanelLayout } from '../../model/layout';
import { changeOf } from '../../model/rows';
import { type Scale, scaleOf } from '../../model/scale';
import { type SignalView, type StatView } from '../../model/signals';
import { type StatWeight } from '../../model/stats';
import { absoluteThresholds, beyondAxis, type ThresholdLine, thresholdLines, within } from '../../model/thresholds';
import { ticksOf } from '../../model/ticks';
import { type ComparisonView } from '../../model/view';
import { type ComparisonOptions } from '../../options';
import { type DrawnArea, type DrawnLine, type FarLimit, type MarginLine, type Track, type TrackId } from './track';
import { type Looks, type Marker } from '../base';

/** What the legend has switched off. */
export interface Hidden {
  variants: ReadonlySet<string>;
  stats: ReadonlySet<string>;
}

const STROKES: Record<StatWeight, { baseline: number; feature: number; dash?: number[] }> = {
  primary: { baseline: 2, feature: 2.75 },
  inner: { baseline: 1.25, feature: 1.5 },
  outer: { baseline: 1.25, feature: 1.25, dash: [5, 4] },
  mean: { baseline: 1.25, feature: 1.5, dash: [1.5, 3] },
};

const MAIN_TICKS = 44;
/** On a low main track ticks stand closer. */
const LOW_TICKS = 30;
const SMALL_TICKS = 18;

interface Context {
  view: ComparisonView;
  layout: PanelLayout;
  options: ComparisonOptions;
  looks: Looks;
  hidden: Hidden;
}

/** The lines of one statistic: the baseline below, the features over it. */
function linesOf(stat: StatView, { view, looks, hidden }: Context, width?: number): DrawnLine[] {
  const stroke = STROKES[stat.weight];
  const shown = [
    ...(stat.baseline ? [{ line: stat.baseline, role: 'baseline' as const }] : []),
    ...view.features.flatMap((variant) => {
      const line = stat.features.get(variant)?.value;
      return line ? [{ line, role: 'feature' as const }] : [];
    }),
  ];
  return shown
    .filter(({ line }) => !hidden.variants.has(line.variant))
    .map(({ line, role }): DrawnLine => {
      const look = looks.get(line.variant);
      const marker: Marker = stat.weight === 'primary' ? (look?.marker ?? 'none') : 'none';
      return {
        key: `${role}/${line.variant}/${stat.stat}`,
        variant: line.variant,
        stat: stat.stat,
        points: line.points,
        color: look?.color ?? '',
        width: width ?? stroke[role],
        dash: stroke.dash,
        marker,
        important: stat.weight === 'primary',
      };
    });
}

/** The margins of a statistic's verdicts; one line where all features have the same. */
function marginsOf(stat: StatView, { view, hidden }: Context): MarginLine[] {
  const { baseline } = stat;
  if (!baseline || hidden.variants.has(baseline.variant)) {
    return [];
  }
  return view.features
    .filter((variant) => !hidden.variants.has(variant))
    .flatMap((variant) => {
      const verdict = view.verdicts.find(
        (item) => item.variant === variant && item.signal === stat.signal && item.stat === stat.stat
      );
      const points = verdict ? marginLine(verdict, baseline.points) : null;
      return points ? [{ variant, points }] : [];
    });
}

/** The bucket edges that the signal's verdicts are about, each once. */
function edgesOf(signal: SignalView, { view }: Context): number[] {
  const edges = view.verdicts.flatMap((verdict) =>
    verdict.signal === signal.id && verdict.edge !== null && Number.isFinite(verdict.edge) ? [verdict.edge] : []
  );
  return [...new Set(edges)];
}

/** Where a feature lies on either side of the baseline, and beyond its margin where it has one. */
function areasOf(stat: StatView, margins: readonly MarginLine[], { view, hidden, options }: Context): DrawnArea[] {
  const { baseline, direction } = stat;
  if (!options.showShading || direction === 'neutral' || !baseline || hidden.variants.has(baseline.variant)) {
    return [];
  }
  return view.features
    .filter((variant) => !hidden.variants.has(variant))
    .flatMap((variant): DrawnArea[] => {
      const value = stat.features.get(variant)?.value;
      if (!value) {
        return [];
      }
      const shades = shadesOf(verdictOn(view.verdicts, stat.signal, variant));
      const margin = margins.find((line) => line.variant === variant);
      const sides = areasBetween(view.times, baseline.points, value.points).flatMap((run): DrawnArea[] => {
        const kind = changeOf(run.above ? 1 : -1, direction);
        return kind && shades[kind] ? [{ run, kind }] : [];
      });
      const beyond =
        margin && shades.worse
          ? areasBetween(view.times, margin.points, value.points)
              .filter((run) => changeOf(run.above ? 1 : -1, direction) === 'worse')
              .map((run): DrawnArea => ({ run, kind: 'beyond' }))
          : [];
      return [...sides, ...beyond];
    });
}

/** What is written of a threshold and of a bucket edge, beside its line or where the axis ends. */
export const limitText = {
  threshold: (value: number, unit: string | undefined) => `threshold ${formatValue(value, { unit })}`,
  edge: (value: number, unit: string | undefined) => `judged: over ${formatValue(value, { unit })}`,
};

/** The nearest of the thresholds and of the edges that the axis does not reach, at each of its ends. */
function farLimits(thresholds: readonly ThresholdLine[], edges: readonly number[], scale: Scale, unit?: string) {
  const arrows = { above: '↑', below: '↓' };
  return [
    ...beyondAxis(thresholds, scale).map(({ end, limit: { value, color } }): FarLimit => {
      return { end, text: `${limitText.threshold(value, unit)} ${arrows[end]}`, color };
    }),
    ...beyondAxis(
      edges.map((value) => ({ value })),
      scale
    ).map(({ end, limit }): FarLimit => ({ end, text: `${limitText.edge(limit.value, unit)} ${arrows[end]}` })),
  ];
}

function signalTrack(id: TrackId, signal: SignalView, stats: StatView[], context: Context, fromZero: boolean): Track {
  const { layout, options } = context;
  const height = layout.tracks.heights[id];
  const named = layout.tracks.titles;
  const { primary } = signal;
  const { unit } = primary.style;
  const lines = stats.flatMap((stat) => linesOf(stat, context, id === 'main' ? undefined : 2));
  const margins = stats.includes(primary) ? marginsOf(primary, context) : [];
  const edges = edgesOf(signal, context);
  const thresholds = options.showThresholds ? primary.thresholds : undefined;
  const absolute = absoluteThresholds(thresholds);
  const scale = scaleOf(
    lines.map(({ points }) => points),
    { fromZero, min: primary.min, max: primary.max },
    [...edges, ...absolute.map(({ value }) => value)]
  );
  const plot = height - 2 * PLOT_INSET;
  return {
    id,
    title: signal.label.charAt(0).toUpperCase() + signal.label.slice(1),
    hint: '',
    unit,
    scale,
    ticks: ticksOf(scale, plot, id !== 'main' ? SMALL_TICKS : height < HIGH_TRACK ? LOW_TICKS : MAIN_TICKS),
    lines,
    areas: stats.includes(primary) ? areasOf(primary, margins, context) : [],
    bands: [],
    margins,
    edges: edges.filter(within(scale)),
    named,
    thresholds: thresholdLines(thresholds, scale),
    far: farLimits(absolute, named ? edges : [], scale, unit),
    height,
  };
}

/** The part of the requests that the feature was allocated, since its rollout began; of several features none is known. */
function allocationOf({ view, hidden }: Context): MarginLine | null {
  const [verdict, ...others] = view.verdicts.filter(
    ({ variant, shareExpected }) => shareExpected !== null && !hidden.variants.has(variant)
  );
  if (
    !verdict ||
    view.features.length + view.undrawn > 1 ||
    others.some(({ variant }) => variant !== verdict.variant)
  ) {
    return null;
  }
  const start = verdict.rolloutStart ?? verdict.since ?? Infinity;
  return {
    variant: verdict.variant,
    points: view.times.map((time) => (time < start ? null : verdict.shareExpected)),
  };
}

function trafficTrack(context: Context): Track | null {
  const { view, layout, looks, hidden } = context;
  const { traffic } = view;
  if (!traffic) {
    return null;
  }
  const allocation = allocationOf(context);
  const scale = { min: 0, max: 1 };
  const height = layout.tracks.heights.traffic;
  const bands = traffic.bands
    .filter(({ variant }) => !hidden.variants.has(variant))
    .map((band) => ({ ...band, color: looks.get(band.variant)?.color ?? '' }));
  return {
    id: 'traffic',
    title: 'Traffic',
    hint: allocation ? 'share per variant, dotted: allocation' : 'share per variant',
    unit: traffic.stat.style.unit ?? 'percentunit',
    scale,
    ticks: ticksOf(scale, height - 2 * PLOT_INSET, 20),
    lines: [],
    areas: [],
    bands,
    margins: allocation ? [allocation] : [],
    edges: [],
    named: true,
    thresholds: [],
    far: [],
    height,
  };
}

/** The tracks that the layout has room for, from top to bottom. */
export function buildTracks(
  signals: { main: SignalView | null; errors: SignalView | null },
  context: Context
): Track[] {
  const { layout, hidden } = context;
  const { heights } = layout.tracks;
  const tracks: Array<Track | null> = [];
  if (signals.main && heights.main > 0) {
    const { primary, stats } = signals.main;
    const wanted =
      layout.stats === 'primary'
        ? [primary]
        : stats.filter(({ stat }) => stat !== 'share' && !hidden.stats.has(stat)).reverse();
    // The primary statistic is drawn last, over the thin ones.
    const ordered = [...wanted.filter((stat) => stat !== primary), ...wanted.filter((stat) => stat === primary)];
    tracks.push(signalTrack('main', signals.main, ordered, context, layout.fromZero));
  }
  if (signals.errors && heights.errors > 0) {
    tracks.push(signalTrack('errors', signals.errors, [signals.errors.primary], context, true));
  }
  if (heights.traffic > 0) {
    tracks.push(trafficTrack(context));
  }
  return tracks.filter((track): track is Track => track !== null);
}
