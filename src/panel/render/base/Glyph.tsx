import { type ReactNode } from 'react';

/** The panel's small pictures; each state has a shape of its own, so that colour is never the only sign. */
export type GlyphName = 'flag' | 'check' | 'none' | 'warning' | 'info' | 'loading' | 'difference' | 'table';

const PATHS: Record<GlyphName, ReactNode> = {
  flag: <path d="M3.5 14V2.5h8.2l-1.7 3 1.7 3H3.5" />,
  check: <path d="m2.5 8.5 3.5 3.5 7.5-8" />,
  none: <path d="M4 8h8" />,
  warning: <path d="M8 2.2 14.4 13.4H1.6ZM8 6.2v3.6M8 11.4v.4" />,
  info: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.2v3.8M8 4.8v.4" />,
  loading: <path d="M8 2a6 6 0 1 1-6 6" />,
  difference: <path d="M8 2 14 13H2Z" />,
  table: <path d="M2 3h12v10H2ZM2 6.5h12M2 9.8h12M6.5 3v10" />,
};

interface GlyphProps {
  name: GlyphName;
  size?: number;
}

/** A picture beside words that say the same; screen readers skip it. */
export function Glyph({ name, size = 16 }: GlyphProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden
      focusable={false}
      style={{ flexShrink: 0 }}
    >
      {PATHS[name]}
    </svg>
  );
}
