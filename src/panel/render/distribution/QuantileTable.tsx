import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import { type Shift } from '../../frames/distributions';
import { formatValue } from '../../format/numbers';
import { changeWords } from '../../model/shift';
import { spokenOnly } from '../base';

interface QuantileTableProps {
  caption: string;
  rows: readonly Shift[];
  label: (quantile: number) => string;
}

/** The shift as a table, for who does not see the picture. */
export function QuantileTable({ caption, rows, label }: QuantileTableProps) {
  const styles = useStyles2(getStyles);
  return (
    <table className={styles.hidden}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {['Quantile', 'Baseline', 'Feature', 'Difference', 'By the buckets'].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const { difference, open } = changeWords(row);
          return (
            <tr key={row.quantile}>
              <th scope="row">{label(row.quantile)}</th>
              <td>{formatValue(row.baselineValue, { unit: row.unit })}</td>
              <td>{formatValue(row.variantValue, { unit: row.unit })}</td>
              <td>{difference}</td>
              <td>{open}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const getStyles = () => ({
  hidden: css({ ...spokenOnly, whiteSpace: 'nowrap' }),
});
