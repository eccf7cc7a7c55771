import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { TRACK_TITLE } from '../../model/heights';
import { type SignalView } from '../../model/signals';
import { type StatWeight } from '../../model/stats';
import { cutOff, LineSample, testIds, ToggleButton, tokensOf } from '../base';
import { type DrawnArea, type Track } from './track';

interface TrackTitleProps {
  track: Track;
  top: number;
  left: number;
  width: number;
  /** The main track's signal, whose statistics can be switched; null for the other tracks or without a legend. */
  signal: SignalView | null;
  hiddenStats: ReadonlySet<string>;
  onToggleStat: (stat: string) => void;
}

/** Below the first width the shades are named by one word, below the second their samples stand alone. */
const NARROW = 560;
const NARROWEST = 400;

const SAMPLES: Record<StatWeight, { width: number; dash?: string }> = {
  primary: { width: 3 },
  inner: { width: 1.25 },
  outer: { width: 1.5, dash: '4 3' },
  mean: { width: 1.5, dash: '1 3' },
};

/** The title line of a track; above the main one it is also the legend of line kinds and shades. */
export function TrackTitle({ track, top, left, width, signal, hiddenStats, onToggleStat }: TrackTitleProps) {
  const styles = useStyles2(getStyles);
  const tokens = tokensOf(useTheme2());
  const stats = (signal?.stats ?? []).filter(({ stat }) => stat !== 'share');
  const shades = (['worse', 'beyond', 'better'] as const).filter((kind) =>
    track.areas.some((area) => area.kind === kind)
  );
  return (
    <div className={styles.title} style={{ top, left, width }}>
      <span data-testid={track.id === 'main' ? testIds.mainTitle : undefined}>{track.title}</span>
      {track.hint !== '' && <span className={styles.hint}>{track.hint}</span>}
      {stats.length > 1 && (
        <span className={styles.stats} role="group" aria-label={`Lines of ${track.title}`}>
          {stats.map(({ stat, weight }) => (
            <ToggleButton key={stat} pressed={!hiddenStats.has(stat)} onToggle={() => onToggleStat(stat)}>
              <LineSample color={tokens.muted} {...SAMPLES[weight]} />
              <span>{stat}</span>
            </ToggleButton>
          ))}
        </span>
      )}
      {signal && shades.length > 0 && (
        <span className={styles.shades}>
          {shades.map((kind) => (
            <span key={kind} className={styles.shade} title={shadeWords(kind, track.margins.length > 0, shadeLabel(signal))}>
              <span className={styles.swatch} style={swatch(kind, kind === 'better' ? tokens.better : tokens.worse)} />
              {width >= NARROWEST &&
                shadeWords(kind, track.margins.length > 0, width < NARROW ? '' : shadeLabel(signal))}
            </span>
          ))}
        </span>
      )}
    </div>
  );
}

function shadeLabel({ kind, primary, label }: SignalView): string {
  return kind === 'distribution' ? primary.stat : label;
}

/** Without a margin everything that is worse is hatched. */
function shadeWords(kind: DrawnArea['kind'], hasMargin: boolean, label: string): string {
  if (kind === 'beyond' && hasMargin) {
    return label === '' ? 'beyond' : 'beyond the margin';
  }
  return `${label} ${kind === 'better' ? 'better' : 'worse'}`.trim();
}

function swatch(kind: DrawnArea['kind'], color: string) {
  return kind === 'beyond'
    ? { borderColor: color, background: `repeating-linear-gradient(135deg, ${color}cc 0 1px, ${color}38 1px 4px)` }
    : { borderColor: color, background: `${color}42` };
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({
    position: 'absolute',
    display: 'flex',
    alignItems: 'center',
    height: TRACK_TITLE,
    gap: theme.spacing(1),
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.primary,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
  }),
  hint: css({ color: theme.colors.text.secondary, ...cutOff }),
  stats: css({ display: 'inline-flex', flexShrink: 0, gap: theme.spacing(0.5), color: theme.colors.text.secondary }),
  shades: css({
    display: 'inline-flex',
    gap: theme.spacing(1.5),
    marginLeft: 'auto',
    color: theme.colors.text.secondary,
  }),
  shade: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) }),
  swatch: css({ width: 14, height: 11, border: '1px solid' }),
});
