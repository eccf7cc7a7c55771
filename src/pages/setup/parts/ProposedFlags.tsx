import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';

import { type ProposedFlag } from '../../../contract/contract.gen';

interface Props {
  flags: ProposedFlag[];
  count: number;
  /** Baselines that were chosen by hand, by flag. */
  chosen: Record<string, string>;
  onChoose: (flag: string, variant: string) => void;
}

/** The flags that a proposal yields, each with its variants; where the baseline is not known, it is asked. */
export function ProposedFlags({ flags, count, chosen, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list} aria-label="Flags">
      {flags.map((flag) => (
        <li key={flag.flag} className={styles.row}>
          <code>{flag.flag}</code>
          <span className={styles.variants}>
            {flag.variants.join(', ')}
            {flag.variantCount > flag.variants.length && ` and ${flag.variantCount - flag.variants.length} more`}
          </span>
          {flag.baseline === undefined || flag.baseline === '' || chosen[flag.flag] !== undefined ? (
            <span className={styles.ask}>
              <span>Which one stands for the existing application?</span>
              <RadioButtonGroup
                size="sm"
                aria-label={`Baseline of ${flag.flag}`}
                options={flag.variants.map((variant) => ({ label: variant, value: variant }))}
                value={chosen[flag.flag]}
                onChange={(variant) => onChoose(flag.flag, variant)}
              />
            </span>
          ) : (
            <span className={styles.from}>
              baseline {flag.baseline}: {flag.baselineFrom}
            </span>
          )}
        </li>
      ))}
      {count > flags.length && <li className={styles.from}>and {count - flags.length} more flags</li>}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(1, 0), padding: 0 }),
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 1.5),
    padding: theme.spacing(0.25, 0),
  }),
  variants: css({ fontWeight: theme.typography.fontWeightMedium }),
  from: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  ask: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
});
