import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { HEADER_RULE_GAP, HEADER_TWO_LINES } from '../../model/heights';
import { type PanelMode } from '../../model/layout';
import { type Subject } from '../../model/subjects';
import { type TrafficView } from '../../model/traffic';
import { cutOff, Glyph, testIds, ToggleButton, useLayout } from '../base';
import { LoadingBar } from './LoadingBar';
import { TrafficSplit } from './TrafficSplit';

interface HeaderProps {
  subjects: readonly Subject[];
  subject: Subject;
  onSelectSubject: (key: string) => void;
  traffic: TrafficView | null;
  /** The buttons of the variants; null when the legend is off. */
  legend: ReactNode;
  /** The panel's one sentence. */
  pill: ReactNode;
  /** The rollout's age and the request ratio; null without a verdict. */
  facts: ReactNode;
  /** The rollout in a few words, for small panels; empty without a verdict. */
  rollout: string;
  /** A new answer is on its way. */
  loading: boolean;
  /** Null where there is no table to show or hide. */
  table: { shown: boolean; onToggle: () => void } | null;
}

/** Below this width the verdict and the rollout have the room of the traffic split, which the rollout's share says too. */
const SPLIT_BESIDE_FACTS = 1480;

/** What is compared, in one or two lines. It is there at every size. */
export function Header(props: HeaderProps) {
  const { subjects, subject, onSelectSubject, traffic, legend, pill, facts, loading, table } = props;
  const { mode, width, header: height } = useLayout();
  const styles = useStyles2(getStyles);
  const full = mode === 'wide' || mode === 'stacked';

  const name =
    subjects.length > 1 ? (
      <select
        className={styles.select}
        aria-label="Flag or group"
        value={subject.key}
        onChange={(event) => onSelectSubject(event.currentTarget.value)}
      >
        {subjects.map(({ key, label }) => (
          <option key={key} value={key}>
            {label === '' ? 'all' : label}
          </option>
        ))}
      </select>
    ) : (
      <span className={styles.flag} title={subject.label}>
        {subject.label === '' ? 'comparison' : subject.label}
      </span>
    );

  if (!full) {
    const oneLine = height < HEADER_TWO_LINES;
    return (
      <div
        className={cx(styles.small, mode === 'header' && styles.centred)}
        style={{ height }}
        data-testid={testIds.header}
      >
        <div className={styles.line}>
          {name}
          {oneLine ? <div className={styles.pill}>{pill}</div> : legend}
          {!oneLine && props.rollout !== '' && <span className={styles.rollout}>{props.rollout}</span>}
          {loading && <LoadingBar />}
        </div>
        {!oneLine && (
          <div className={styles.line}>
            <div className={styles.pill}>{pill}</div>
          </div>
        )}
      </div>
    );
  }
  return (
    <div
      className={cx(styles.header, Boolean(facts) && styles.dense)}
      style={{ height: height - HEADER_RULE_GAP }}
      data-testid={testIds.header}
    >
      <div className={cx(styles.block, styles.subject)}>
        <span className={styles.caption}>flag</span>
        <div className={styles.line}>
          <Glyph name="flag" />
          {name}
          {legend}
        </div>
      </div>
      <div className={styles.pill}>{pill}</div>
      <div className={styles.end}>
        {traffic && showsSplit(mode, traffic) && !(facts && width < SPLIT_BESIDE_FACTS) && (
          <div className={cx(styles.block, styles.divided)}>
            <span className={styles.caption}>traffic split</span>
            <TrafficSplit traffic={traffic} />
          </div>
        )}
        {facts}
        {table && (
          <ToggleButton
            pressed={table.shown}
            onToggle={table.onToggle}
            strike={false}
            label="Table of signals"
            title="Show or hide the table of signals (t)"
          >
            <Glyph name="table" />
          </ToggleButton>
        )}
      </div>
      {loading && <LoadingBar />}
    </div>
  );
}

/** One share says nothing; where width is scarce, many leave no room for the variants' own buttons. */
function showsSplit(mode: PanelMode, { latest }: TrafficView): boolean {
  const known = latest.filter((share) => share !== null).length;
  return known > 1 && (mode === 'wide' || known === 2);
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(3),
    flexShrink: 0,
    boxSizing: 'border-box',
    paddingBottom: theme.spacing(1),
    marginBottom: HEADER_RULE_GAP,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    overflow: 'hidden',
  }),
  dense: css({ gap: theme.spacing(2) }),
  small: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.75),
    flexShrink: 0,
    overflow: 'hidden',
  }),
  centred: css({ justifyContent: 'center' }),
  block: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.25),
    minWidth: 0,
  }),
  divided: css({ paddingLeft: theme.spacing(2), borderLeft: `1px solid ${theme.colors.border.weak}` }),
  caption: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0, minHeight: 22 }),
  flag: css({
    fontWeight: theme.typography.fontWeightBold,
    ...cutOff,
    flexShrink: 0,
    maxWidth: 180,
  }),
  select: css({
    maxWidth: 220,
    minHeight: 22,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    color: theme.colors.text.primary,
    fontWeight: theme.typography.fontWeightBold,
  }),
  rollout: css({
    marginLeft: 'auto',
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
  subject: css({ minWidth: 130, flex: '0 1 auto' }),
  // What the other parts leave; the pill chooses its words by it, and keeps its number.
  pill: css({ display: 'flex', minWidth: 150, flex: '1 1 150px' }),
  end: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(2), marginLeft: 'auto', flexShrink: 0 }),
});
