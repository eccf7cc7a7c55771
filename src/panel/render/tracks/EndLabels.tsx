import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type EndLabel } from './endLabelsOf';
import { cutOff, useLooks } from '../base';

interface EndLabelsProps {
  labels: EndLabel[];
  columns: readonly string[];
  top: number;
  left: number;
  columnWidth: number;
  statWidth: number;
  /** Names the columns above the labels. */
  heading: boolean;
}

/** The latest values beside a track's lines. The table says the same in words, so screen readers skip this. */
export function EndLabels({ labels, columns, top, left, columnWidth, statWidth, heading }: EndLabelsProps) {
  const styles = useStyles2(getStyles);
  const looks = useLooks();
  const cell = (text: string, variant: string, key: string) => {
    const look = looks.get(variant);
    return (
      <span
        key={key}
        className={cx(styles.cell, look?.role === 'feature' && styles.feature)}
        style={{ width: columnWidth, color: look?.color }}
      >
        {text}
      </span>
    );
  };
  return (
    <div className={styles.labels} style={{ top, left }} aria-hidden>
      {heading && (
        <div className={styles.row} style={{ top: -12 }}>
          <span style={{ width: statWidth }} />
          {columns.map((variant) => cell(variant, variant, `head/${variant}`))}
        </div>
      )}
      {labels.map(({ key, name, important, y, cells }) => (
        <div key={key} className={styles.row} style={{ top: y }}>
          <span
            className={cx(styles.stat, important && styles.feature)}
            style={{ width: statWidth, color: looks.get(name)?.color }}
          >
            {name}
          </span>
          {cells.map(({ variant, text }) => cell(text, variant, variant))}
        </div>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  labels: css({
    position: 'absolute',
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    pointerEvents: 'none',
  }),
  row: css({ position: 'absolute', display: 'flex', alignItems: 'baseline', transform: 'translateY(-50%)' }),
  stat: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap', overflow: 'hidden', flexShrink: 0 }),
  cell: css({ textAlign: 'right', ...cutOff, flexShrink: 0 }),
  feature: css({ fontWeight: theme.typography.fontWeightBold }),
});
