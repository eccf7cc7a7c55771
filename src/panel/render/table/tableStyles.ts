import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { TABLE } from '../../model/heights';
import { spokenOnly } from '../base';

/** Names of the styles of a table, which columns take theirs from. */
export type TableStyles = ReturnType<typeof getTableStyles>;

/** The look of the tables of signals. */
export function getTableStyles(theme: GrafanaTheme2) {
  return {
    scroll: css({ overflow: 'auto', flexShrink: 0 }),
    hidden: css({ ...spokenOnly, whiteSpace: 'nowrap' }),
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
        height: TABLE.roomy.head,
        padding: theme.spacing(0.25, 1),
        background: theme.colors.background.primary,
        color: theme.colors.text.secondary,
        fontSize: theme.typography.bodySmall.fontSize,
        lineHeight: '16px',
        verticalAlign: 'bottom',
        zIndex: 1,
      },
      '& tbody tr': { borderTop: `1px solid ${theme.colors.border.weak}`, height: TABLE.roomy.row },
      '& tbody tr:hover': { background: theme.colors.action.hover },
    }),
    dense: css({
      '& tbody tr': { height: TABLE.dense.row },
      '& th, & td': { padding: theme.spacing(0.25, 1) },
    }),
    compact: css({
      '& tbody tr': { height: TABLE.compact.row },
      '& th, & td': { padding: theme.spacing(0, 1) },
      '& thead th': { height: TABLE.compact.head, lineHeight: '16px' },
      '& tbody th > svg': { marginLeft: theme.spacing(1) },
      '& td > div': { display: 'inline', marginLeft: theme.spacing(1) },
    }),
    fixed: css({
      tableLayout: 'fixed',
      '& td, & th, & small': { overflow: 'hidden', textOverflow: 'ellipsis' },
      '& tbody th > svg': { marginLeft: theme.spacing(1) },
    }),
    difference: css({ '& span + span': { color: theme.colors.text.secondary } }),
    verdict: css({ '&&': { textAlign: 'left' } }),
    forest: css({ '&&': { padding: 0 } }),
    forestHead: css({
      '&&': { position: 'sticky', padding: 0, overflow: 'hidden' },
      '& i': { position: 'absolute', fontStyle: 'normal', lineHeight: '14px' },
    }),
    spoken: css({
      '&&': spokenOnly,
    }),
    shown: css({ boxShadow: `inset 3px 0 0 ${theme.colors.primary.main}` }),
    active: css({ background: theme.colors.action.selected }),
    variant: css({ display: 'inline-flex', alignItems: 'center', gap: 4, marginRight: theme.spacing(1) }),
    strong: css({ fontWeight: theme.typography.fontWeightMedium }),
  };
}
