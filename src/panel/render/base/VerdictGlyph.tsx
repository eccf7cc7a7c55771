import { type ReactNode } from 'react';
import { type State } from '../../../contract/constants.gen';

/** The sign of a verdict. A whole comparison that is withheld has another than the signals that it withholds. */
export type VerdictSign = State | 'mismatch' | 'observational';

const STROKE = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round' } as const;
const KNOCKOUT = { fill: 'none', stroke: 'var(--knockout)', strokeWidth: 1.7, strokeLinecap: 'round' } as const;

/** Each has a shape of its own, so that colour is never the only sign. */
const SHAPES: Record<VerdictSign, ReactNode> = {
  regressed: (
    <>
      <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z" fill="currentColor" />
      <path d="M8 4.4v4.2M8 11.4v.1" {...KNOCKOUT} />
    </>
  ),
  inconclusive: (
    <>
      <circle cx={8} cy={8} r={6.2} {...STROKE} />
      <path d="M8 1.8a6.2 6.2 0 0 0 0 12.4Z" fill="currentColor" />
    </>
  ),
  'within margin': (
    <>
      <circle cx={8} cy={8} r={6.2} {...STROKE} />
      <path d="m5.2 8.2 2 2 3.7-4" {...STROKE} strokeLinejoin="round" />
    </>
  ),
  improved: (
    <>
      <circle cx={8} cy={8} r={7} fill="currentColor" />
      <path d="M8 11.6V4.8M5.2 7.4 8 4.6l2.8 2.8" {...KNOCKOUT} strokeLinejoin="round" />
    </>
  ),
  'insufficient data': (
    <>
      <circle cx={8} cy={8} r={6.2} {...STROKE} strokeDasharray="2.2 2.7" strokeLinecap="butt" />
      <path d="M5.2 8h.1M8 8h.1M10.8 8h.1" {...STROKE} />
    </>
  ),
  withheld: (
    <>
      <circle cx={8} cy={8} r={6.2} {...STROKE} />
      <path d="m3.8 12.2 8.4-8.4" {...STROKE} />
    </>
  ),
  'not read': (
    <>
      <circle cx={8} cy={8} r={6.2} {...STROKE} strokeDasharray="2.2 2.7" strokeLinecap="butt" />
      <path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4" {...STROKE} />
    </>
  ),
  'no data': <path d="M4.5 8h7" {...STROKE} />,
  mismatch: (
    <>
      <path d="M8 1.8 14.8 13.6H1.2Z" {...STROKE} strokeLinejoin="round" />
      <path d="M5.8 8.6h4.4M5.4 10.8h5.2M9 7l-2 5.2" {...STROKE} strokeWidth={1.2} />
    </>
  ),
  observational: (
    <>
      <path d="M1 8s2.6-4.4 7-4.4S15 8 15 8s-2.6 4.4-7 4.4S1 8 1 8Z" {...STROKE} strokeLinejoin="round" />
      <circle cx={8} cy={8} r={1.9} {...STROKE} />
    </>
  ),
};

interface VerdictGlyphProps {
  sign: VerdictSign;
  color: string;
  /** What shows through the holes of a filled shape: the colour behind it, or white. */
  knockout: string;
  size?: number;
}

/** The picture of a verdict, beside a word that says the same; screen readers skip it. */
export function VerdictGlyph({ sign, color, knockout, size = 16 }: VerdictGlyphProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden
      focusable={false}
      data-sign={sign}
      style={{ flexShrink: 0, color, ['--knockout' as string]: knockout }}
    >
      {SHAPES[sign]}
    </svg>
  );
}
