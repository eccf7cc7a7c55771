import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type Shift } from '../../frames/distributions';
import { changeWords, quantileLabel, valuesWords } from '../../model/shift';
import { testIds, useLooks } from '../base';

interface ShiftCalloutProps {
  shift: Shift;
  /** Names the feature, where there are several. */
  named: boolean;
}

/** The quantile that is read off, in numbers, where a cumulative share has nothing: above its rise. */
export function ShiftCallout({ shift, named }: ShiftCalloutProps) {
  const styles = useStyles2(getStyles);
  const looks = useLooks();
  const { difference, ratio, open } = changeWords(shift);
  return (
    <div className={styles.box} data-testid={testIds.callout} data-quantile={shift.quantile}>
      <div>
        {named && `${shift.variant} `}
        {quantileLabel(shift.quantile)} <b style={{ color: looks.get(shift.variant)?.color }}>{valuesWords(shift)}</b>
      </div>
      <div>
        <b>{difference}</b> {ratio}
      </div>
      {open !== '' && <small>{open}</small>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    position: 'absolute',
    left: 56,
    top: 26,
    padding: theme.spacing(0.75, 1.25),
    border: `1px solid ${theme.colors.border.strong}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    lineHeight: '17px',
    pointerEvents: 'none',
    '& b': { fontWeight: theme.typography.fontWeightMedium },
    '& small': { color: theme.colors.text.secondary },
  }),
});
