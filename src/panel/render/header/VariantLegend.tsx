import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { Fragment } from 'react';
import { testIds, ToggleButton, useLooks, VariantSample } from '../base';

interface VariantLegendProps {
  baseline: string | null;
  features: readonly string[];
  undrawn: number;
  hidden: ReadonlySet<string>;
  onToggle: (variant: string) => void;
  /** Leaves out the words "feature" and "baseline" where there is little room. */
  short: boolean;
}

/** Feature over baseline, in words and lines; each variant is a button that switches its lines. */
export function VariantLegend({ baseline, features, undrawn, hidden, onToggle, short }: VariantLegendProps) {
  const styles = useStyles2(getStyles);
  const looks = useLooks();
  const button = (variant: string) => {
    const look = looks.get(variant);
    return (
      <ToggleButton pressed={!hidden.has(variant)} onToggle={() => onToggle(variant)} title={variant}>
        {look && <VariantSample look={look} />}
        <span className={styles.name}>{variant}</span>
      </ToggleButton>
    );
  };
  return (
    <div className={styles.legend} role="group" aria-label="Variants" data-testid={testIds.legend}>
      {features.length > 0 && !short && <span>{features.length > 1 ? 'features' : 'feature'}</span>}
      {features.map((variant) => (
        <Fragment key={variant}>{button(variant)}</Fragment>
      ))}
      {undrawn > 0 && <span>and {undrawn} more</span>}
      {baseline !== null && (
        <>
          <span>{features.length === 0 ? 'baseline' : short ? 'over' : 'over baseline'}</span>
          {button(baseline)}
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  legend: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    minWidth: 0,
    color: theme.colors.text.secondary,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
  }),
  name: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
});
