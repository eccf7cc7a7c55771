import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { forestAxis } from '../../model/forest';
import { ROW_RULE, TABLE } from '../../model/heights';
import { mainRowsFirst, type RowsSpan, type TableRow } from '../../model/rows';
import { intervalInMargins } from '../../model/verdict';
import { testIds, useLayout, useLooks } from '../base';
import { type Column, placeColumns, type TableContext } from './columns';
import { JUDGED_COLUMNS } from './judgedColumns';
import { PLAIN_COLUMNS, SPAN_WORDS } from './plainColumns';
import { getTableStyles } from './tableStyles';

interface SignalTableProps {
  rows: readonly TableRow[];
  span: RowsSpan;
  baseline: string | null;
  /** Whether there are verdicts, with columns of their own. */
  judged: boolean;
  /** The signal whose track is drawn, and the one that keys have reached. */
  shown: string | null;
  active: string | null;
  pinned: string | null;
  onPin: (signal: string) => void;
  onPreview: (signal: string | null) => void;
}

/** A kind of table: its columns, and what is said of it and of its rows. */
interface TableKind {
  columns: readonly Column[];
  caption: (span: RowsSpan) => string;
  title: (row: TableRow) => string | undefined;
  /** Compact rows of the one kind say what they are; those of the other have heads. */
  headless: boolean;
}

const PLAIN: TableKind = {
  columns: PLAIN_COLUMNS,
  caption: (span) => `Signals, ${SPAN_WORDS[span]}`,
  title: () => undefined,
  headless: true,
};
const JUDGED: TableKind = {
  columns: JUDGED_COLUMNS,
  caption: () => 'Signals with their verdicts, worst first',
  title: ({ verdict }) => verdict?.reason,
  headless: false,
};

/** Every signal with its numbers, and what the statistics say of it. A signal's name pins its track. */
export function SignalTable(props: SignalTableProps) {
  const { span, baseline, judged, shown, active, pinned, onPin, onPreview } = props;
  const { width, height, density } = useLayout().table;
  const looks = useLooks();
  const styles = useStyles2(getTableStyles);
  const compact = density === 'compact';
  const kind = judged ? JUDGED : PLAIN;
  const rows = compact ? mainRowsFirst(props.rows) : props.rows;
  const columns = placeColumns(kind.columns, width, compact);
  const fixed = columns.some((column) => column.width !== undefined);
  const forest = useMemo(
    () => forestAxis(props.rows.map(({ verdict }) => (verdict ? intervalInMargins(verdict) : null))),
    [props.rows]
  );
  const several = new Set(rows.map(({ variant }) => variant)).size > 1;
  // One row stands for the track that is drawn: the one that its signal is judged by.
  const marked = rows.find(({ signal }) => signal === shown);
  const rowHeight = TABLE[density].row - ROW_RULE;
  const table: TableContext = {
    ...{ rows, span, baseline, several, looks, styles, compact, rowHeight, forest, pinned, onPin },
  };

  return (
    <div className={styles.scroll} style={{ width, height }} data-testid={testIds.table}>
      <table className={cx(styles.table, fixed && styles.fixed, density !== 'roomy' && styles[density])}>
        <caption className={styles.hidden}>{kind.caption(span)}</caption>
        {fixed && (
          <colgroup>
            {columns.map(({ id, pixels, open }) => (
              <col key={id} style={open ? undefined : { width: pixels }} />
            ))}
          </colgroup>
        )}
        <thead className={cx(compact && kind.headless && styles.hidden)}>
          <tr>
            {columns.map(({ id, head, headStyle, pixels }) => (
              <th key={id} scope="col" className={headStyle && styles[headStyle]}>
                {head(table, pixels)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.key}
              className={cx(row === marked && styles.shown, row.signal === active && styles.active)}
              data-testid={testIds.tableRow}
              title={kind.title(row)}
              onPointerEnter={() => onPreview(row.signal)}
              onPointerLeave={() => onPreview(null)}
            >
              {columns.map(({ id, cell, cellStyle, pixels }, index) => {
                const className = cellStyle && styles[cellStyle];
                return index === 0 ? (
                  <th key={id} scope="row" className={className}>
                    {cell(row, table, pixels)}
                  </th>
                ) : (
                  <td key={id} className={className}>
                    {cell(row, table, pixels)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
