import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';

/** The look that both tables of signals share. */
export function getTableStyles(theme: GrafanaTheme2) {
  return {
    scroll: css({ overflow: 'auto', flexShrink: 0 }),
    hidden: css({
      position: 'absolute',
      width: 1,
      height: 1,
      overflow: 'hidden',
      clipPath: 'inset(50%)',
      whiteSpace: 'nowrap',
    }),
    table: css({
      width: '100%',
      borderCollapse: 'collapse',
      fontVariantNumeric: 'tabular-nums',
      fontSize: theme.typography.body.fontSize,
      lineHeight: '18px',
      whiteSpace: 'nowrap',
      '& th, & td': {
        padding: theme.spacing(0.75, 1),
        textAlign: 'right',
        fontWeight: theme.typography.fontWeightRegular,
        verticalAlign: 'middle',
      },
      '& th:first-child': { textAlign: 'left', paddingLeft: theme.spacing(1.25) },
      '& small, & thead span': { display: 'block', color: theme.colors.text.secondary, lineHeight: '16px' },
      '& small': { fontSize: theme.typography.bodySmall.fontSize },
      '& thead th': {
        position: 'sticky',
        top: 0,
        height: 44,
        padding: theme.spacing(0.25, 1),
        background: theme.colors.background.primary,
        color: theme.colors.text.secondary,
        fontSize: theme.typography.bodySmall.fontSize,
        lineHeight: '16px',
        verticalAlign: 'bottom',
        zIndex: 1,
      },
      '& tbody tr': { borderTop: `1px solid ${theme.colors.border.weak}`, height: 51 },
      '& tbody tr:hover': { background: theme.colors.action.hover },
    }),
    dense: css({
      '& tbody tr': { height: 42 },
      '& th, & td': { padding: theme.spacing(0.25, 1) },
    }),
    compact: css({
      '& tbody tr': { height: 26 },
      '& th, & td': { padding: theme.spacing(0, 1) },
      '& thead th': { height: 18, lineHeight: '16px' },
      '& tbody th > svg': { marginLeft: theme.spacing(1) },
      '& td > div': { display: 'inline', marginLeft: theme.spacing(1) },
    }),
    shown: css({ boxShadow: `inset 3px 0 0 ${theme.colors.primary.main}` }),
    active: css({ background: theme.colors.action.selected }),
    variant: css({ display: 'inline-flex', alignItems: 'center', gap: 4, marginRight: theme.spacing(1) }),
    strong: css({ fontWeight: theme.typography.fontWeightMedium }),
  };
}
