import { css } from '@emotion/css';
import { type DataFrame, type EventBus, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { type Change } from '../model/changes';
import { headlineOf } from '../model/headline';
import { lastRolloutOf } from '../model/lastRollout';
import { layoutOf } from '../model/layout';
import { readingAt } from '../model/reading';
import { remarkOf } from '../model/remark';
import { rolloutWords } from '../model/rollout';
import { spokenReading } from '../model/spoken';
import { shareOfWhole } from '../model/traffic';
import { type PanelStatus } from '../model/status';
import { precisionOfSamples, type TimeAxis } from '../model/timeAxis';
import { type ComparisonView } from '../model/view';
import { type ComparisonOptions } from '../options';
import { Drawing, looksOf, tokensOf } from './base';
import { Header, RolloutFacts, SentencePill, VariantLegend } from './header';
import { ChangeMarkers, CrosshairLayer, LazyExemplars, RolloutTint, Tooltip, useCrosshair, Veil } from './marks';
import { Footer, RemarkLine, RestsOn } from './notes';
import { SignalTable } from './table';
import { buildTracks, endColumns, Tracks } from './tracks';
import { useChoices } from './useChoices';

interface ComparisonProps {
  view: ComparisonView;
  /** Changes of the flag and its allocation, and other annotations, ascending. */
  changes: readonly Change[];
  /** Frames of exemplars, which name traces. */
  exemplars: readonly DataFrame[];
  status: PanelStatus;
  options: ComparisonOptions;
  width: number;
  height: number;
  axis: TimeAxis;
  eventBus: EventBus;
  onZoom: (from: number, to: number) => void;
  onSelectSubject: (key: string) => void;
  /** Runs the queries again. */
  onRetry: () => void;
}

/** From this width on there is room for the words of the legend beside them. */
const LONG_FROM = 1120;

/** One comparison: header, tracks, table and footer, as far as the size has room. */
export function Comparison(props: ComparisonProps) {
  const { view, changes, status, options, width, height, axis, onRetry } = props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const choices = useChoices(view, options);
  const { main, errors, hidden, showTable } = choices;
  const crosshair = useCrosshair(props.eventBus, view.times);

  const looks = useMemo(() => looksOf(view.baseline, view.features, tokensOf(theme)), [view, theme]);
  const hasDrawing = view.times.length > 0 && main !== null;
  const noted = status.notices.length + status.failures.length > 0;
  const [worst] = view.verdicts;
  const judged = worst !== undefined;
  const ofWhole = worst ? shareOfWhole(view.traffic, worst.variant) : null;
  // The verdict that is explained: of the signal that is looked at, else the most damaging one.
  const explained = view.verdicts.find(({ signal }) => signal === (choices.previewed ?? choices.pinned)) ?? worst;
  const remark = remarkOf(status, worst ?? null);
  const marked = options.showChanges && changes.some(({ time, end }) => axis.shows(time, end ?? time));

  const ofMain = view.verdicts.find(({ signal }) => signal === main?.id);
  const veiled = ofMain?.state === 'withheld' ? (ofMain.since ?? ofMain.rolloutStart ?? axis.from) : null;

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
  const { mode } = layout;
  const tracks = useMemo(
    () => buildTracks({ main, errors }, { view, layout, options, looks, hidden }),
    [main, errors, view, layout, options, looks, hidden]
  );
  const columns = useMemo(() => endColumns(view, hidden.variants), [view, hidden]);

  const features = view.features.filter((variant) => !hidden.variants.has(variant));
  const precision = precisionOfSamples(view.times);
  const time = crosshair.state?.time ?? view.times.at(-1);
  const reading =
    time === undefined ? null : readingAt(view, { main, errors, features, hiddenStats: hidden.stats }, time);
  const clock = time === undefined ? '' : axis.format(time, precision);
  const small = mode === 'compact' || mode === 'spark';

  const pill = (
    <SentencePill
      status={status}
      headline={headlineOf(view, main?.id ?? null, mode === 'spark' || mode === 'header')}
      verdicts={view.verdicts}
      readout={mode === 'spark' && crosshair.state ? { clock, reading } : null}
    />
  );
  const legend = options.showLegend && (
    <VariantLegend
      baseline={view.baseline}
      features={view.features}
      undrawn={view.undrawn}
      hidden={hidden.variants}
      onToggle={choices.toggleVariant}
      short={mode !== 'wide' || (judged && width < LONG_FROM)}
    />
  );
  const overTracks = (
    <>
      <CrosshairLayer
        crosshair={crosshair}
        spoken={reading ? spokenReading(reading, clock, view.baseline) : 'no data'}
        onZoom={props.onZoom}
        onStepSignal={choices.stepSignal}
        onPinSignal={() => choices.pin(main?.id ?? null)}
        onToggleTable={choices.toggleTable}
      />
      {veiled !== null && <Veil start={veiled} />}
      {marked && mode !== 'spark' && <ChangeMarkers changes={changes} flag={view.subject.flag} onZoom={props.onZoom} />}
      {options.showExemplars && props.exemplars.length > 0 && main && mode !== 'spark' && (
        <LazyExemplars frames={props.exemplars} subject={view.subject} signal={main} hidden={hidden.variants} />
      )}
      {crosshair.state && crosshair.showsTooltip && reading && mode !== 'spark' && (
        <Tooltip reading={reading} baseline={view.baseline} features={features} at={crosshair.state} />
      )}
    </>
  );
  const table = layout.table.placement !== 'none' && (
    <SignalTable
      rows={view.rows}
      span={view.rowsSpan}
      baseline={view.baseline}
      judged={judged}
      shown={main?.id ?? null}
      active={choices.previewed}
      pinned={choices.pinned}
      onPin={choices.pin}
      onPreview={choices.preview}
    />
  );
  const lastRollout = lastRolloutOf(view.verdicts, axis.to - axis.from);
  const onLastRollout = lastRollout && (() => props.onZoom(lastRollout.from, lastRollout.to));
  const note =
    layout.note.height > 0 &&
    (small ? (
      <RemarkLine
        text={remark}
        progress={worst?.progress ?? null}
        onRetry={status.failures.length > 0 ? onRetry : null}
        onLastRollout={onLastRollout}
      />
    ) : (
      explained && <RestsOn verdict={explained} onLastRollout={onLastRollout} />
    ));

  return (
    <Drawing axis={axis} looks={looks} layout={layout}>
      <Header
        subjects={view.subjects}
        subject={view.subject}
        onSelectSubject={props.onSelectSubject}
        traffic={view.traffic}
        legend={legend}
        pill={pill}
        facts={worst && <RolloutFacts verdict={worst} narrow={mode !== 'wide'} ofWhole={ofWhole} />}
        rollout={worst && mode === 'compact' ? rolloutWords(worst, axis.to, ofWhole) : ''}
        loading={status.loading}
        table={view.rows.length > 0 ? { shown: showTable, onToggle: choices.toggleTable } : null}
      />
      <div className={layout.table.placement === 'beside' ? styles.beside : styles.below}>
        {layout.tracks.height > 0 && (
          <Tracks
            tracks={tracks}
            times={view.times}
            precision={precision}
            columns={columns}
            mainSignal={main}
            showLegend={options.showLegend && layout.stats === 'all'}
            hidden={hidden}
            onToggleStat={choices.toggleStat}
            waiting={status.loading}
            old={status.staleSince !== null}
            ground={worst?.rolloutStart != null && <RolloutTint start={worst.rolloutStart} />}
          >
            {overTracks}
          </Tracks>
        )}
        {(table || note) && (
          <div>
            {table}
            {note}
          </div>
        )}
      </div>
      {layout.footer > 0 && <Footer failures={status.failures} notices={status.notices} onRetry={onRetry} />}
    </Drawing>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  beside: css({ display: 'flex', justifyContent: 'space-between' }),
  below: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
});
