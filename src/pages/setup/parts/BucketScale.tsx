import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';

import { type BucketFinding } from '../../../contract/contract.gen';
import { bucketPlaces } from '../bucketScale';
import { StatusGlyph } from './StatusGlyph';

/** Where a quantile lies among the bounds of its histogram, and the bounds that would tell it; the sentence says the same. */
export function BucketScale({ finding }: { finding: BucketFinding }) {
  const styles = useStyles2(getStyles);
  const { colors } = useTheme2();
  const { bounds, add, from, to, value } = bucketPlaces(finding);
  const wrong = finding.status === 'fail' ? colors.error.text : colors.warning.text;
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <StatusGlyph status={finding.status} />
        <span>{finding.text}</span>
      </figcaption>
      {finding.status !== 'pass' && (
        <svg viewBox="-1 0 102 16" preserveAspectRatio="none" width="100%" height={32} aria-hidden="true">
          <rect x={0} y={4} width={100} height={6} fill={colors.background.secondary} />
          <rect x={from} y={4} width={to - from} height={6} fill={wrong} fillOpacity={0.35} />
          {bounds.map((x) => (
            <Line key={x} x={x} from={2} to={12} color={colors.text.secondary} />
          ))}
          {add.map((x) => (
            <Line key={`add ${x}`} x={x} from={11} to={15} color={colors.success.text} />
          ))}
          <Line x={value} from={0} to={12} color={colors.primary.text} width={3} />
        </svg>
      )}
    </figure>
  );
}

interface LineProps {
  x: number;
  from: number;
  to: number;
  color: string;
  width?: number;
}

function Line({ x, from, to, color, width = 1.5 }: LineProps) {
  return <line x1={x} x2={x} y1={from} y2={to} stroke={color} strokeWidth={width} vectorEffect="non-scaling-stroke" />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  figure: css({ margin: theme.spacing(1, 0), maxWidth: 560 }),
  caption: css({ display: 'flex', gap: theme.spacing(1), '& > svg': { flexShrink: 0 } }),
});
