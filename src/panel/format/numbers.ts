/**
 * Numbers as Flaglens writes them: three significant digits, a unit after a space (percent without),
 * differences always signed with U+2212, ratios as ×1.20, differences of ratios in percentage points.
 */
import { formattedValueToString, getValueFormat } from '@grafana/data';

/** What stands where there is no value. */
const NO_VALUE = '–';

const MINUS = '\u2212';
const SIGNIFICANT_DIGITS = 3;
/** Of percentages below 1, two digits say enough: 0.42%. */
const SMALL_PERCENT_DIGITS = 2;
/** From here on a number without a unit is written with an SI prefix: 1.46 M. */
const SHORT_FROM = 10_000;
/** Decimals asked of the unit's formatter to learn how it scales a value. */
const PROBE_DECIMALS = 12;

interface NumberParts {
  prefix: string;
  text: string;
  suffix: string;
  decimals: number;
}

/** A value and what it belongs to, for formatting it. */
export interface ValueStyle {
  /** Grafana's unit id. */
  unit?: string;
  /** Decimals that the user fixed in the field config; they win over the three digits. */
  decimals?: number | null;
}

function isRatioUnit(unit: string | undefined): boolean {
  return unit === 'percentunit' || unit === 'percent';
}

/** Decimals that leave `digits` significant ones. */
function decimalsFor(scaled: number, digits: number): number {
  if (scaled === 0) {
    return 0;
  }
  return Math.max(0, digits - 1 - Math.floor(Math.log10(scaled)));
}

function digitsOf(scaled: number, unit: string | undefined): number {
  return isRatioUnit(unit) && scaled < 1 ? SMALL_PERCENT_DIGITS : SIGNIFICANT_DIGITS;
}

function unitFormatter(magnitude: number, unit: string | undefined) {
  const bare = unit === undefined || unit === '' || unit === 'none' || unit === 'short';
  return getValueFormat(bare ? (magnitude >= SHORT_FROM ? 'sishort' : 'none') : unit);
}

function spaced(suffix: string): string {
  const trimmed = suffix.trim();
  return trimmed === '' || trimmed.startsWith('%') ? trimmed : ` ${trimmed}`;
}

/** How a unit scales a magnitude (0.224 s is 224 ms), NaN when it writes no plain number. */
function scaledBy(unit: string | undefined, magnitude: number): number {
  return Number(unitFormatter(magnitude, unit)(magnitude, PROBE_DECIMALS).text);
}

/**
 * Rounds to the digits that are shown, in the unit's own scale, so that 999.6 ms becomes 1.00 s and 117.7 MiB 118 MiB.
 * Rounding to more digits here and to fewer when writing would make 0.1746% 0.18%.
 */
function roundInUnit(magnitude: number, scaled: number, unit: string | undefined): number {
  return scaled === 0 ? 0 : (Number(scaled.toPrecision(digitsOf(scaled, unit))) * magnitude) / scaled;
}

/** Formats a finite, non-negative number; `decimals` overrides the three significant digits. */
function partsOf(magnitude: number, unit: string | undefined, decimals?: number | null): NumberParts {
  const scaled = scaledBy(unit, magnitude);
  if (Number.isNaN(scaled)) {
    const text = formattedValueToString(unitFormatter(magnitude, unit)(magnitude, decimals));
    return { prefix: '', text, suffix: '', decimals: 0 };
  }
  const fixed = decimals !== null && decimals !== undefined;
  const source = fixed || scaled >= 10 ** SIGNIFICANT_DIGITS ? magnitude : roundInUnit(magnitude, scaled, unit);
  const shown = scaledBy(unit, source);
  const places = fixed ? decimals : decimalsFor(shown, digitsOf(shown, unit));
  const { prefix = '', text, suffix = '' } = unitFormatter(source, unit)(source, places);
  return { prefix, text, suffix: spaced(suffix), decimals: places };
}

function join({ prefix, text, suffix }: NumberParts): string {
  return `${prefix}${text}${suffix}`;
}

function isMissing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value);
}

function infinite(value: number): string {
  return value > 0 ? '∞' : `${MINUS}∞`;
}

/** A value with its unit: `224 ms`, `1.24 s`, `0.42%`. A gap is `–`. */
export function formatValue(value: number | null | undefined, style: ValueStyle = {}): string {
  if (isMissing(value)) {
    return NO_VALUE;
  }
  if (!Number.isFinite(value)) {
    return infinite(value);
  }
  return (value < 0 ? MINUS : '') + join(partsOf(Math.abs(value), style.unit, style.decimals));
}

/** A value apart from its unit, for columns that name the unit once. */
export function splitValue(value: number | null | undefined, style: ValueStyle = {}): { text: string; suffix: string } {
  if (isMissing(value) || !Number.isFinite(value)) {
    return { text: formatValue(value, style), suffix: '' };
  }
  const parts = partsOf(Math.abs(value), style.unit, style.decimals);
  return { text: `${value < 0 ? MINUS : ''}${parts.prefix}${parts.text}`, suffix: parts.suffix };
}

/** How a difference between two values is written: in the unit and with the decimals of the larger of them. */
interface DifferenceScale {
  /** What a number is multiplied by to stand in that unit. */
  scale: number;
  decimals: number;
  prefix: string;
  suffix: string;
}

/** The scale of a difference; null where the unit writes no plain number. */
function differenceScale(style: ValueStyle, reference: number): DifferenceScale | null {
  const shared = partsOf(reference, style.unit, style.decimals);
  const rounded = roundInUnit(reference, scaledBy(style.unit, reference), style.unit);
  const scale = scaledBy(style.unit, rounded) / rounded;
  const suffix = isRatioUnit(style.unit) ? ' pp' : shared.suffix;
  return Number.isFinite(scale) ? { scale, decimals: shared.decimals, prefix: shared.prefix, suffix } : null;
}

/** The largest finite magnitude; 0 when there is none. */
function largest(values: ReadonlyArray<number | null | undefined>): number {
  return values.reduce<number>((most, value) => {
    const magnitude = Math.abs(value ?? 0);
    return Number.isFinite(magnitude) ? Math.max(most, magnitude) : most;
  }, 0);
}

function signed(value: number | null | undefined, scale: DifferenceScale): string {
  if (isMissing(value)) {
    return NO_VALUE;
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? '+∞' : infinite(value);
  }
  const text = Math.abs(value * scale.scale).toFixed(scale.decimals);
  return `${Number(text) === 0 ? '' : value < 0 ? MINUS : '+'}${scale.prefix}${text}`;
}

/** The scale that the values themselves suggest, or what they are compared by where they are all 0. */
function scaleFor(style: ValueStyle, between: ReadonlyArray<number | null>, own: ReadonlyArray<number | null>) {
  return differenceScale(style, largest(between)) ?? differenceScale(style, largest(own));
}

/**
 * A difference with its sign: `+38 ms`, `−0.05 pp`. It shares unit and decimals with the larger of the values that it
 * lies between, so that what is rounding in those is not written as a difference.
 */
export function formatDifference(
  difference: number | null | undefined,
  style: ValueStyle = {},
  between: ReadonlyArray<number | null> = []
): string {
  if (isMissing(difference)) {
    return NO_VALUE;
  }
  const scale = scaleFor(style, between, [difference]);
  if (!Number.isFinite(difference) || scale === null) {
    const text = signed(difference, { scale: 1, decimals: 0, prefix: '', suffix: '' });
    return Number.isFinite(difference) ? join(partsOf(Math.abs(difference), style.unit, style.decimals)) : text;
  }
  return `${signed(difference, scale)}${scale.suffix}`;
}

/**
 * An interval around a difference, `+21 to +55`, without the unit, which the difference beside it carries: both are
 * written alike; `+21 or more` where nothing bounds one end. Empty where nothing bounds either.
 */
export function formatInterval(
  lower: number | null,
  upper: number | null,
  style: ValueStyle = {},
  between: ReadonlyArray<number | null> = []
): string {
  if (lower === null && upper === null) {
    return '';
  }
  const scale = scaleFor(style, between, [lower, upper]) ?? { scale: 1, decimals: 0, prefix: '', suffix: '' };
  const [low, high] = [lower ?? -Infinity, upper ?? Infinity];
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    return Number.isFinite(low)
      ? `${signed(low, scale)} or more`
      : Number.isFinite(high)
        ? `${signed(high, scale)} or less`
        : '';
  }
  return `${signed(low, scale)} to ${signed(high, scale)}`;
}

/** A ratio of feature to baseline: `×1.20`. */
export function formatRatio(ratio: number | null | undefined): string {
  if (isMissing(ratio)) {
    return NO_VALUE;
  }
  if (!Number.isFinite(ratio)) {
    return `×${infinite(ratio)}`;
  }
  const magnitude = Math.abs(ratio);
  const decimals = decimalsFor(magnitude, digitsOf(magnitude, 'percent'));
  return `×${ratio < 0 ? MINUS : ''}${magnitude.toFixed(decimals)}`;
}

/** Shares of traffic, 0..1, as percentages in order: `50.0 : 50.0`. */
export function formatSplit(shares: Array<number | null>): string {
  return shares.map((share) => (share === null ? NO_VALUE : (share * 100).toFixed(1))).join(' : ');
}

/** A tick of an axis whose ticks lie `increment` apart. Zero carries no unit. */
export function formatTick(value: number, increment: number, unit: string | undefined): string {
  const { text, suffix } = splitTick(value, increment, unit);
  return `${text}${suffix}`;
}

/** A tick apart from its unit, for labels beside an axis that says the unit already. */
export function splitTick(
  value: number,
  increment: number,
  unit: string | undefined
): { text: string; suffix: string } {
  if (value === 0) {
    return { text: '0', suffix: '' };
  }
  const magnitude = Math.abs(value);
  const scaled = scaledBy(unit, magnitude);
  if (!(scaled > 0) || !(increment > 0)) {
    return splitValue(value, { unit });
  }
  const step = (increment * scaled) / magnitude;
  // Increments are 1, 2, 2.5 or 5 times a power of ten; one digit more is needed for 2.5.
  const digits = Number(step.toPrecision(6)).toString().split('.')[1]?.length ?? 0;
  return splitValue(value, { unit, decimals: Math.min(digits, 6) });
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A span of time in at most two units: `6 h 12 m`, `9 d 3 h`, `45 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) {
    return `${Math.max(0, seconds)} s`;
  }
  const minutes = Math.round(milliseconds / MINUTE_MS);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts =
    minutes * MINUTE_MS >= DAY_MS
      ? [`${days} d`, hours > 0 ? `${hours} h` : '']
      : [hours > 0 ? `${hours} h` : '', minutes % 60 > 0 ? `${minutes % 60} m` : ''];
  return parts.filter((part) => part !== '').join(' ');
}

/** A count of requests or observations: `812`, `14.6 k`, `1.46 M`. */
export function formatCount(count: number): string {
  return count < SHORT_FROM ? String(Math.round(count)) : formatValue(count);
}
