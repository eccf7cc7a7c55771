import { css } from '@emotion/css';
import { dateTimeFormat, type EventBus, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { headlineOf } from '../model/headline';
import { layoutOf } from '../model/layout';
import { readingAt } from '../model/reading';
import { mainRowsFirst } from '../model/rows';
import { spokenReading } from '../model/spoken';
import { type PanelStatus } from '../model/status';
import { stepOf } from '../model/timeline';
import { type ComparisonView, errorsSignalOf, mainSignalOf } from '../model/view';
import { type ComparisonOptions } from '../options';
import { buildTracks } from './buildTracks';
import { CrosshairLayer } from './CrosshairLayer';
import { endColumns } from './endLabelsOf';
import { Footer } from './Footer';
import { importantPoints, timeToX } from './geometry';
import { Header } from './Header';
import { SentencePill } from './SentencePill';
import { SignalTable } from './SignalTable';
import { looksOf, tokensOf } from './tokens';
import { Tooltip } from './Tooltip';
import { Tracks } from './Tracks';
import { useCrosshair } from './useCrosshair';
import { usePreview } from './usePreview';
import { useToggleSet } from './useToggleSet';
import { VariantLegend } from './VariantLegend';

interface ComparisonProps {
  view: ComparisonView;
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
}

const MINUTE = 60_000;
/** Means are read in the table; their line is there for who switches it on. */
const HIDDEN_AT_FIRST = ['mean'];

/** One comparison: header, tracks, table and footer, as far as the size has room. */
export function Comparison(props: ComparisonProps) {
  const { view, status, options, width, height, from, to, timeZone } = props;
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

  const layout = useMemo(
    () =>
      layoutOf(width, height, {
        showMainTrack: options.showMainTrack && hasDrawing,
        errors: options.showErrorsTrack && errors !== null,
        traffic: options.showTrafficTrack && view.traffic !== null,
        showTable,
        rows: view.rows.length,
        notices: noted,
      }),
    [width, height, options, hasDrawing, errors, view, showTable, noted]
  );
  const tracks = useMemo(
    () => buildTracks({ main, errors }, { view, layout, options, looks, hidden }),
    [main, errors, view, layout, options, looks, hidden]
  );
  const columns = useMemo(() => endColumns(view, hidden.variants), [view, hidden]);

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

  const table = layout.table.placement !== 'none' && (
    <SignalTable
      rows={layout.mode === 'compact' ? mainRowsFirst(view.rows) : view.rows}
      span={view.rowsSpan}
      baseline={view.baseline}
      looks={looks}
      width={layout.table.width}
      height={layout.table.height}
      density={layout.mode === 'compact' ? 'compact' : layout.mode === 'stacked' ? 'dense' : 'roomy'}
      shown={main?.id ?? null}
      active={preview.signal}
      pinned={pinned}
      onPin={pin}
      onPreview={preview.hover}
    />
  );

  return (
    <>
      <Header
        mode={layout.mode}
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
              short={layout.mode !== 'wide'}
            />
          )
        }
        pill={
          <SentencePill
            status={status}
            headline={headlineOf(view, main?.id ?? null, layout.mode === 'spark' || layout.mode === 'header')}
            readout={layout.mode === 'spark' && crosshair.state ? { clock, reading } : null}
          />
        }
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
        {table}
      </div>
      {layout.footer > 0 && <Footer failures={status.failures} notices={status.notices} height={layout.footer} />}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  beside: css({ display: 'flex', justifyContent: 'space-between' }),
  below: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
});
