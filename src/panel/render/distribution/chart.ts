import { type GrafanaTheme2 } from '@grafana/data';

/** The size of a chart in pixels. */
export interface ChartSize {
  width: number;
  height: number;
}

/** The part of a chart that is drawn in. */
export interface Plot extends ChartSize {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The plot within its axes. */
export function inset(
  width: number,
  height: number,
  margins: { left: number; right: number; top: number; bottom: number }
): Plot {
  const right = Math.max(margins.left + 10, width - margins.right);
  const bottom = Math.max(margins.top + 10, height - margins.bottom);
  return {
    left: margins.left,
    right,
    top: margins.top,
    bottom,
    width: right - margins.left,
    height: bottom - margins.top,
  };
}

/** How the text of an axis looks. */
export function svgText(theme: GrafanaTheme2) {
  return {
    fill: theme.colors.text.secondary,
    fontSize: 12,
    fontFamily: theme.typography.fontFamily,
    style: { fontVariantNumeric: 'tabular-nums' },
  };
}
