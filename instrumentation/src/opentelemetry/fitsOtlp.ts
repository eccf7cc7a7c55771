/**
 * Whether OTLP in JSON has this number: its integers have 64 bits, and none is infinite or NaN. A backend refuses the
 * whole export that one such number is in.
 */
export function fitsOtlp(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Math.abs(value) < 2 ** 63);
}
