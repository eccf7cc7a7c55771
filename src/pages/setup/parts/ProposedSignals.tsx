import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Checkbox, useStyles2 } from '@grafana/ui';

import { type Margin, type ProposedSignal } from '../../../contract/contract.gen';
import { type Choice, isChosen } from '../choice';

interface Props {
  signals: ProposedSignal[];
  choice: Choice;
  onToggle: (id: string, wanted: boolean) => void;
}

const better: Record<string, string> = { lower: 'lower is better', higher: 'higher is better', neutral: 'not judged' };

function marginText({ relative, absolute }: Margin, unit: string | undefined): string[] {
  return [
    ...(relative === undefined ? [] : [`margin ${Number((relative * 100).toPrecision(3))}%`]),
    ...(absolute === undefined
      ? []
      : [
          unit === 'percentunit'
            ? `margin ${Number((absolute * 100).toPrecision(3))} pp`
            : `margin ${absolute} ${unit ?? ''}`.trim(),
        ]),
  ];
}

/** What is measured of each variant: taken in or left out by a click each. */
export function ProposedSignals({ signals, choice, onToggle }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list} aria-label="Signals">
      {signals.map((offered) => {
        const { signal, class: kind, reason, warnings } = offered;
        const facts = [
          kind,
          signal.unit,
          signal.direction && better[signal.direction],
          ...(signal.margin ? marginText(signal.margin, signal.unit) : []),
        ].filter(Boolean);
        return (
          <li key={signal.id} className={styles.row}>
            <Checkbox
              label={signal.name}
              value={isChosen(offered, choice)}
              onChange={({ currentTarget }) => onToggle(signal.id, currentTarget.checked)}
            />
            <div className={styles.facts}>
              <code>{signal.metric}</code> {facts.join(', ')}
            </div>
            <div className={styles.facts}>{reason}</div>
            {warnings.map((warning) => (
              <div key={warning} className={styles.warning}>
                {warning}
              </div>
            ))}
          </li>
        );
      })}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  row: css({ padding: theme.spacing(0.5, 0) }),
  facts: css({
    marginLeft: theme.spacing(3),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  warning: css({
    marginLeft: theme.spacing(3),
    color: theme.colors.warning.text,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
