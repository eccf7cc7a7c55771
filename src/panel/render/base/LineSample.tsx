import { type Marker, type VariantLook } from './tokens';

interface LineSampleProps {
  color: string;
  width: number;
  dash?: string;
  marker?: Marker;
}

const MARKER_PATHS: Record<Exclude<Marker, 'none'>, string> = {
  square: 'M5 1h6v6H5Z',
  triangle: 'M8 0 12 7.5H4Z',
  diamond: 'M8 0 12 4 8 8 4 4Z',
  circle: 'M8 1a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z',
};

/** A line as it is drawn in the tracks, for legends. */
export function LineSample({ color, width, dash, marker = 'none' }: LineSampleProps) {
  return (
    <svg width={16} height={8} viewBox="0 0 16 8" aria-hidden focusable={false} style={{ flexShrink: 0 }}>
      <line
        x1={1}
        x2={15}
        y1={4}
        y2={4}
        stroke={color}
        strokeWidth={width}
        strokeDasharray={dash}
        strokeLinecap="round"
      />
      {marker !== 'none' && <path d={MARKER_PATHS[marker]} fill={color} />}
    </svg>
  );
}

/** The sample of a variant's main line. */
export function VariantSample({ look }: { look: VariantLook }) {
  return <LineSample color={look.color} width={look.role === 'feature' ? 3 : 2} marker={look.marker} />;
}
