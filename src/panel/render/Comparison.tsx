import { css } from '@emotion/css';
import { dateTimeFormat, type EventBus, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { type Change } from '../model/changes';
import { type Exemplar } from '../frames/exemplars';
import { placeExemplars } from '../model/exemplars';
import { headlineOf } from '../model/headline';
import { layoutOf } from '../model/layout';
import { readingAt } from '../model/reading';
import { remarkOf } from '../model/remark';
import { mainRowsFirst } from '../model/rows';
import { spokenReading } from '../model/spoken';
import { type PanelStatus } from '../model/status';
import { stepOf } from '../model/timeline';
import { type ComparisonView, errorsSignalOf, mainSignalOf } from '../model/view';
import { type ComparisonOptions } from '../options';
import { buildTracks } from './buildTracks';
import { ChangeMarkers } from './ChangeMarkers';
import { CrosshairLayer } from './CrosshairLayer';
import { endColumns } from './endLabelsOf';
import { ExemplarMarks } from './ExemplarMarks';
import { Footer } from './Footer';
import { importantPoints, timeToX } from './geometry';
import { Header } from './Header';
import { RemarkLine } from './RemarkLine';
import { RestsOn } from './RestsOn';
import { RolloutFacts, rolloutWords } from './RolloutFacts';
import { RolloutTint } from './RolloutTint';
import { SentencePill } from './SentencePill';
import { SignalTable } from './SignalTable';
import { looksOf, tokensOf } from './tokens';
import { Tooltip } from './Tooltip';
import { Tracks } from './Tracks';
import { useCrosshair } from './useCrosshair';
import { usePreview } from './usePreview';
import { useToggleSet } from './useToggleSet';
import { VariantLegend } from './VariantLegend';
import { VerdictTable } from './VerdictTable';

interface ComparisonProps {
  view: ComparisonView;
  /** Changes of the flag and its allocation, and other annotations, ascending. */
  changes: readonly Change[];
  /** Traces that the data names, in the order of time. */
  exemplars: readonly Exemplar[];
  status: PanelStatus;
  options: ComparisonOptions;
  width: number;
  height: number;
  /** The time range, milliseconds. */
  from: number;
  to: number;
  timeZone: string;
  eventBus: EventBus;
  onZoom: (from: number, to: number) => void;
  onSelectSubject: (key: string) => void;
  /** Runs the queries again. */
  onRetry: () => void;
}

const MINUTE = 60_000;
/** Below these widths the pill leaves the margin out. */
const SHORT_BELOW = { stacked: 940, compact: 560 };
/** From this width on there is room for the words of the legend beside them. */
const LONG_FROM = 1120;
/** Means are read in the table; their line is there for who switches it on. */
const HIDDEN_AT_FIRST = ['mean'];

/** One comparison: header, tracks, table and footer, as far as the size has room. */
export function Comparison(props: ComparisonProps) {
  const { view, changes, status, options, width, height, from, to, timeZone } = props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();

  const [tableChoice, setTableChoice] = useState<boolean | null>(null);
  const [hiddenVariants, toggleVariant] = useToggleSet([]);
  const [hiddenStats, toggleStat] = useToggleSet(HIDDEN_AT_FIRST);
  const [pinned, setPinned] = useState<string | null>(null);
  const preview = usePreview();
  const crosshair = useCrosshair(props.eventBus, view.times);

  const showTable = tableChoice ?? options.showTable;
  const main = mainSignalOf(view, preview.signal, pinned, options.mainSignal);
  const errors = errorsSignalOf(view, main);
  const looks = useMemo(() => looksOf(view.baseline, view.features, tokensOf(theme)), [view, theme]);
  const hidden = useMemo(() => ({ variants: hiddenVariants, stats: hiddenStats }), [hiddenVariants, hiddenStats]);
  const hasDrawing = view.times.length > 0 && main !== null;
  const noted = status.notices.length + status.failures.length > 0;
  const [worst] = view.verdicts;
  const judged = worst !== undefined;
  // The verdict that is explained: of the signal that is looked at, else the most damaging one.
  const explained = view.verdicts.find(({ signal }) => signal === (preview.signal ?? pinned)) ?? worst;
  const remark = remarkOf(status, worst ?? null, to);
  const marked = options.showChanges && changes.some(({ time, end }) => (end ?? time) >= from && time <= to);

  const layout = useMemo(
    () =>
      layoutOf(width, height, {
        showMainTrack: options.showMainTrack && hasDrawing,
        errors: options.showErrorsTrack && errors !== null,
        traffic: options.showTrafficTrack && view.traffic !== null,
        showTable,
        rows: view.rows.length,
        notices: noted,
        judged,
        remark: remark !== '',
        changes: marked,
      }),
    [width, height, options, hasDrawing, errors, view, showTable, noted, judged, remark, marked]
  );
  const tracks = useMemo(
    () => buildTracks({ main, errors }, { view, layout, options, looks, hidden }),
    [main, errors, view, layout, options, looks, hidden]
  );
  const columns = useMemo(() => endColumns(view, hidden.variants), [view, hidden]);

  const mainIndex = tracks.findIndex(({ id }) => id === 'main');
  const mainTrack = tracks[mainIndex];
  const marks = useMemo(
    () =>
      options.showExemplars && main && mainTrack && layout.mode !== 'spark'
        ? placeExemplars(props.exemplars, view.subject, {
            signal: main.id,
            hidden: hidden.variants,
            from,
            to,
            scale: mainTrack.scale,
          })
        : [],
    [options.showExemplars, main, mainTrack, layout.mode, props.exemplars, view.subject, hidden, from, to]
  );

  const features = view.features.filter((variant) => !hidden.variants.has(variant));
  const timeFormat = stepOf(view.times) < MINUTE ? 'HH:mm:ss' : 'HH:mm';
  const time = crosshair.state?.time ?? view.times.at(-1);
  const reading = time === undefined ? null : readingAt(view, { main, errors, features, hiddenStats }, time);
  const clock = time === undefined ? '' : dateTimeFormat(time, { format: timeFormat, timeZone });

  const toggleTable = () => setTableChoice(!showTable);
  const pin = (signal: string | null) => {
    setPinned((current) => (current === signal ? null : signal));
    preview.choose(null);
  };
  const stepSignal = (step: 1 | -1) => {
    const ids = view.signals.map(({ id }) => id);
    const next = ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(main?.id ?? '') + step))];
    preview.choose(next ?? null);
  };

  const tableProps = {
    rows: layout.mode === 'compact' ? mainRowsFirst(view.rows) : view.rows,
    span: view.rowsSpan,
    baseline: view.baseline,
    looks,
    width: layout.table.width,
    height: layout.table.height,
    density:
      layout.mode === 'compact'
        ? ('compact' as const)
        : layout.mode === 'stacked'
          ? ('dense' as const)
          : ('roomy' as const),
    shown: main?.id ?? null,
    active: preview.signal,
    pinned,
    onPin: pin,
    onPreview: preview.hover,
  };
  const table =
    layout.table.placement !== 'none' &&
    (judged ? <VerdictTable {...tableProps} now={to} /> : <SignalTable {...tableProps} />);
  const small = layout.mode === 'compact' || layout.mode === 'spark';
  const note =
    layout.note.height > 0 &&
    (small ? (
      <RemarkLine text={remark} {...layout.note} onRetry={status.failures.length > 0 ? props.onRetry : null} />
    ) : (
      explained && <RestsOn verdict={explained} {...layout.note} now={to} />
    ));

  return (
    <>
      <Header
        mode={layout.mode}
        width={width}
        height={layout.header}
        subjects={view.subjects}
        subject={view.subject}
        onSelectSubject={props.onSelectSubject}
        looks={looks}
        traffic={view.traffic}
        legend={
          options.showLegend && (
            <VariantLegend
              baseline={view.baseline}
              features={view.features}
              undrawn={view.undrawn}
              looks={looks}
              hidden={hidden.variants}
              onToggle={toggleVariant}
              short={layout.mode !== 'wide' || (judged && width < LONG_FROM)}
            />
          )
        }
        pill={
          <SentencePill
            status={status}
            headline={headlineOf(view, main?.id ?? null, layout.mode === 'spark' || layout.mode === 'header')}
            verdicts={view.verdicts}
            short={
              layout.mode === 'spark' ||
              layout.mode === 'header' ||
              (layout.mode === 'stacked' && width < SHORT_BELOW.stacked) ||
              (layout.mode === 'compact' && width < SHORT_BELOW.compact)
            }
            readout={layout.mode === 'spark' && crosshair.state ? { clock, reading } : null}
          />
        }
        facts={worst && <RolloutFacts verdict={worst} now={to} narrow={layout.mode !== 'wide'} />}
        rollout={worst && layout.mode === 'compact' ? rolloutWords(worst, to) : ''}
        loading={status.loading}
        table={view.rows.length > 0 ? { shown: showTable, onToggle: toggleTable } : null}
      />
      <div className={layout.table.placement === 'beside' ? styles.beside : styles.below}>
        {layout.tracks.height > 0 && (
          <Tracks
            tracks={tracks}
            times={view.times}
            layout={layout}
            from={from}
            to={to}
            timeZone={timeZone}
            looks={looks}
            columns={columns}
            mainSignal={main}
            showLegend={options.showLegend && layout.stats === 'all'}
            hidden={hidden}
            onToggleStat={toggleStat}
            dimmed={status.loading}
            ground={(geometry) =>
              worst?.rolloutStart != null && (
                <RolloutTint
                  geometry={geometry}
                  start={worst.rolloutStart}
                  from={from}
                  to={to}
                  named={layout.tracks.titles}
                />
              )
            }
          >
            {(geometry) => (
              <>
                <CrosshairLayer
                  tracks={tracks}
                  geometry={geometry}
                  times={view.times}
                  from={from}
                  to={to}
                  timeZone={timeZone}
                  timeFormat={timeFormat}
                  axisHeight={layout.tracks.axis}
                  crosshair={crosshair}
                  spoken={reading ? spokenReading(reading, clock, view.baseline) : 'no data'}
                  onZoom={props.onZoom}
                  onStepSignal={stepSignal}
                  onPinSignal={() => pin(main?.id ?? null)}
                  onToggleTable={toggleTable}
                />
                {marked && layout.mode !== 'spark' && (
                  <ChangeMarkers
                    changes={changes}
                    flag={view.subject.flag}
                    geometry={geometry}
                    from={from}
                    to={to}
                    timeZone={timeZone}
                    lane={layout.tracks.lane}
                    onZoom={props.onZoom}
                  />
                )}
                {marks.length > 0 && main && mainTrack && (
                  <ExemplarMarks
                    marks={marks}
                    geometry={geometry}
                    top={geometry.tops[mainIndex] ?? 0}
                    height={mainTrack.height}
                    looks={looks}
                    style={main.primary.style}
                    clock={(at) => dateTimeFormat(at, { format: 'HH:mm:ss', timeZone })}
                  />
                )}
                {crosshair.state && crosshair.showsTooltip && reading && layout.mode !== 'spark' && (
                  <Tooltip
                    reading={reading}
                    baseline={view.baseline}
                    features={features}
                    looks={looks}
                    timeZone={timeZone}
                    timeFormat={timeFormat}
                    bounds={{ width, height }}
                    home={layout.tracks.width}
                    origin={{ x: 0, y: layout.header }}
                    anchor={{
                      x: timeToX(crosshair.state.time, geometry, from, to),
                      y: crosshair.state.y ?? layout.tracks.height / 2,
                    }}
                    avoid={importantPoints(tracks, geometry, view.times, from, to)}
                  />
                )}
              </>
            )}
          </Tracks>
        )}
        {(table || note) && (
          <div>
            {table}
            {note}
          </div>
        )}
      </div>
      {layout.footer > 0 && (
        <Footer failures={status.failures} notices={status.notices} height={layout.footer} onRetry={props.onRetry} />
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  beside: css({ display: 'flex', justifyContent: 'space-between' }),
  below: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
});
