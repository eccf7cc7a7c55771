import { useStyles2, useTheme2 } from '@grafana/ui';
import { type ForestAxis, forestX } from '../../model/forest';
import { getTableStyles } from './tableStyles';

interface ForestHeadProps {
  axis: ForestAxis;
  width: number;
  compact: boolean;
}

/** From this width on there is room for which way is worse. */
const WORDS_FROM = 110;
/** From this width on both lines are named; what the second name takes of it. */
const BOTH_FROM = 80;
const MARGIN_WORD = 40;

/** Names the two lines that run through all rows, and which way is worse. */
export function ForestHead({ axis, width, compact }: ForestHeadProps) {
  const styles = useStyles2(getTableStyles);
  const theme = useTheme2();
  const zero = forestX(0, axis, width);
  const margin = forestX(1, axis, width);
  return (
    <>
      <span className={styles.spoken}>Interval in multiples of the margin</span>
      <span aria-hidden style={{ color: theme.colors.text.secondary }}>
        {!compact && width > WORDS_FROM && (
          <>
            <i style={{ left: 2, top: 8 }}>← better</i>
            <i style={{ right: 2, top: 8 }}>worse →</i>
          </>
        )}
        {width >= BOTH_FROM && <i style={{ left: zero, bottom: 0, transform: 'translateX(-50%)' }}>0</i>}
        <i
          style={
            width < BOTH_FROM
              ? { right: 2, bottom: 0 }
              : {
                  left: Math.min(Math.max(margin, zero + 10), width - MARGIN_WORD),
                  bottom: 0,
                  transform: `translateX(${margin - zero < 40 ? 0 : -50}%)`,
                }
          }
        >
          margin
        </i>
      </span>
    </>
  );
}
