/**
 * Numbers as Flaglens writes them: three significant digits, a unit after a space (percent without),
 * differences always signed with U+2212, ratios as ×1.20, differences of ratios in percentage points.
 */
import { formattedValueToString, getValueFormat } from '@grafana/data';

/** What stands where there is no value. */
export const NO_VALUE = '–';

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

/**
 * A difference with its sign: `+38 ms`, `−0.05 pp`. It shares unit and decimals with the larger of the values that it
 * lies between, unless it would vanish.
 */
export function formatDifference(
  difference: number | null | undefined,
  style: ValueStyle = {},
  between: Array<number | null> = []
): string {
  if (isMissing(difference)) {
    return NO_VALUE;
  }
  if (!Number.isFinite(difference)) {
    return difference > 0 ? '+∞' : infinite(difference);
  }
  const magnitude = Math.abs(difference);
  const parts = differenceParts(magnitude, style, between);
  const sign = Number(parts.text) === 0 ? '' : difference < 0 ? MINUS : '+';
  const suffix = isRatioUnit(style.unit) ? ' pp' : parts.suffix;
  return `${sign}${join({ ...parts, suffix })}`;
}

function differenceParts(magnitude: number, style: ValueStyle, between: Array<number | null>): NumberParts {
  const reference = between
    .map((value) => Math.abs(value ?? 0))
    .reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
  const shared = partsOf(reference, style.unit, style.decimals);
  const rounded = roundInUnit(reference, scaledBy(style.unit, reference), style.unit);
  const scale = scaledBy(style.unit, rounded) / rounded;
  if (magnitude === 0 || !Number.isFinite(scale)) {
    return partsOf(magnitude, style.unit, style.decimals);
  }
  const scaled = magnitude * scale;
  const vanishes = Number(scaled.toFixed(shared.decimals)) === 0 && (style.decimals ?? null) === null;
  return { ...shared, text: scaled.toFixed(vanishes ? decimalsFor(scaled, 1) : shared.decimals) };
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
  if (value === 0) {
    return '0';
  }
  const magnitude = Math.abs(value);
  const scaled = scaledBy(unit, magnitude);
  if (!(scaled > 0) || !(increment > 0)) {
    return formatValue(value, { unit });
  }
  const step = (increment * scaled) / magnitude;
  // Increments are 1, 2, 2.5 or 5 times a power of ten; one digit more is needed for 2.5.
  const digits = Number(step.toPrecision(6)).toString().split('.')[1]?.length ?? 0;
  return formatValue(value, { unit, decimals: Math.min(digits, 6) });
}
