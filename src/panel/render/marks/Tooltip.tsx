import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { Fragment, useLayoutEffect, useRef, useState } from 'react';
import { formatDifference, formatRatio, formatValue } from '../../format/numbers';
import { type PixelPoint, type PixelSize, placeTooltip } from '../../model/placement';
import { type Reading, type ReadingCell, type ReadingRow } from '../../model/reading';
import {
  floatingStyles,
  type NumberColumn,
  rawValue,
  testIds,
  tokensOf,
  useAxis,
  useLayout,
  useLooks,
  type VariantLook,
  VariantSample,
} from '../base';
import { importantPoints, useStage } from '../tracks';
import { type CrosshairState } from './useCrosshair';

interface TooltipProps {
  reading: Reading;
  baseline: string | null;
  features: readonly string[];
  /** Where the crosshair stands. */
  at: CrosshairState;
}

/** One tooltip for all tracks: a row per statistic, a column each for baseline, feature, difference and ratio. */
export function Tooltip({ reading, baseline, features, at }: TooltipProps) {
  const axis = useAxis();
  const looks = useLooks();
  const layout = useLayout();
  const stage = useStage();
  const styles = useStyles2(getStyles);
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<PixelSize>({ width: 320, height: 140 });

  useLayoutEffect(() => {
    const width = box.current?.offsetWidth ?? 0;
    const height = box.current?.offsetHeight ?? 0;
    if (width > 0 && (width !== size.width || height !== size.height)) {
      setSize({ width, height });
    }
  }, [reading, size]);

  const several = features.length > 1;
  // With many features only what each signal is judged by has room.
  const whole = HEAD + ROW * reading.rows.length * Math.max(1, features.length) <= layout.height;
  const rows = whole ? reading.rows : reading.rows.filter(({ primary }) => primary);
  const ratios = reading.compared && layout.width >= RATIO_FROM;
  // The tooltip may leave the tracks, over which it would rather stay, but never the panel, whose header is above them.
  const shift = (point: PixelPoint): PixelPoint => ({ x: point.x, y: point.y + layout.header });
  const anchor = { x: stage.x(at.time), y: at.y ?? layout.tracks.height / 2 };
  const visible = importantPoints(stage, stage.times).map(shift);
  const inPanel = placeTooltip(size, layout, shift(anchor), visible, layout.tracks.width);
  return (
    <div
      ref={box}
      className={styles.tooltip}
      style={{
        ...{ left: inPanel.left, top: inPanel.top - layout.header },
        ...{ maxWidth: layout.width - 2 * EDGE, maxHeight: layout.height - 2 * EDGE },
      }}
      role="tooltip"
      data-testid={testIds.tooltip}
      data-time={reading.time}
    >
      <div className={styles.time}>{axis.formatDated(reading.time, stage.precision)}</div>
      <table className={styles.table}>
        <thead>
          <tr>
            <td />
            <th scope="col">{`baseline ${baseline ?? ''}`.trim()}</th>
            <th scope="col">{several ? 'feature' : `feature ${features[0] ?? ''}`.trim()}</th>
            {reading.compared && (
              <>
                <th scope="col">difference</th>
                {ratios && <th scope="col">ratio</th>}
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Fragment key={row.key}>
              {(row.features.length > 0 ? row.features : [NO_FEATURE]).map((cell, index) => (
                <TooltipRow
                  key={cell.variant}
                  row={row}
                  cell={cell}
                  first={index === 0}
                  baselineLook={baseline === null ? undefined : looks.get(baseline)}
                  look={looks.get(cell.variant)}
                  baseline={baseline ?? ''}
                  named={several}
                  compared={reading.compared}
                  ratios={ratios}
                />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Pixels of the time and the head, and of a row. */
const HEAD = 60;
const ROW = 16;
/** Room between the tooltip and the panel's border. */
const EDGE = 4;
/** From this width of the panel on there is room for ratios. */
const RATIO_FROM = 440;

const NO_FEATURE: ReadingCell = { variant: '', feature: null, difference: null, ratio: null, harm: null };

interface TooltipRowProps {
  row: ReadingRow;
  cell: ReadingCell;
  /** The first of a statistic's rows names it and its baseline. */
  first: boolean;
  baseline: string;
  baselineLook?: VariantLook;
  look?: VariantLook;
  /** Names the feature, where there are several. */
  named: boolean;
  compared: boolean;
  ratios: boolean;
}

function TooltipRow({ row, cell, first, baseline, baselineLook, look, named, compared, ratios }: TooltipRowProps) {
  const styles = useStyles2(getStyles);
  const tokens = tokensOf(useTheme2());
  const change = cell.harm;
  const data = (column: NumberColumn, value: number | null, variant: string) => ({
    'data-testid': testIds.tooltipCell(column),
    'data-signal': row.signal,
    'data-stat': row.stat,
    'data-variant': variant,
    'data-value': rawValue(value),
  });
  return (
    <tr>
      <th scope="row">{first ? row.label : ''}</th>
      {first ? (
        <td style={{ color: baselineLook?.color }} {...data('baseline', row.baseline, baseline)}>
          {formatValue(row.baseline, row.style)}
        </td>
      ) : (
        <td />
      )}
      <td style={{ color: look?.color }} {...data('feature', cell.feature, cell.variant)}>
        {named && look && (
          <span className={styles.name}>
            <VariantSample look={look} /> {cell.variant}
          </span>
        )}
        {formatValue(cell.feature, row.style)}
      </td>
      {compared && (
        <>
          <td
            className={cx(change === 'worse' && styles.strong)}
            style={change ? { color: change === 'worse' ? tokens.worseText : tokens.betterText } : undefined}
            aria-label={change ? `${formatDifference(cell.difference, row.style)}, ${change}` : undefined}
            {...data('difference', cell.difference, cell.variant)}
          >
            {formatDifference(cell.difference, row.style, [row.baseline, cell.feature])}
          </td>
          {ratios && <td {...data('ratio', cell.ratio, cell.variant)}>{formatRatio(cell.ratio)}</td>}
        </>
      )}
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tooltip: css({
    ...floatingStyles(theme),
    boxSizing: 'border-box',
    overflow: 'hidden',
    whiteSpace: 'nowrap',
  }),
  time: css({ marginBottom: theme.spacing(0.5), fontWeight: theme.typography.fontWeightMedium }),
  table: css({
    fontVariantNumeric: 'tabular-nums',
    '& th, & td': {
      padding: theme.spacing(0, 0, 0, 2),
      fontWeight: theme.typography.fontWeightRegular,
      textAlign: 'right',
    },
    '& th:first-child, & td:first-child': { paddingLeft: 0, textAlign: 'left' },
    '& th': { color: theme.colors.text.secondary },
  }),
  name: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: 4,
    maxWidth: 120,
    marginRight: theme.spacing(1),
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  }),
  strong: css({ fontWeight: theme.typography.fontWeightBold }),
});
