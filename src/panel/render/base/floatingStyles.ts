import { type GrafanaTheme2 } from '@grafana/data';

/** What floats over the tracks and is looked through by the pointer: the crosshair's values, an exemplar's card. */
export const floatingStyles = (theme: GrafanaTheme2) =>
  ({
    position: 'absolute',
    zIndex: theme.zIndex.tooltip,
    padding: theme.spacing(1, 1.25),
    border: `1px solid ${theme.colors.border.strong}`,
    borderRadius: theme.shape.radius.default,
    // The theme's own colour for this came only after the oldest Grafana that the panel runs in.
    background: theme.isDark ? theme.colors.background.secondary : theme.colors.background.primary,
    boxShadow: theme.shadows.z2,
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: '16px',
    pointerEvents: 'none',
  }) as const;
