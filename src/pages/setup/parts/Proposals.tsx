import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useId } from 'react';

import { type DetectResource, type Proposal } from '../../../contract/contract.gen';
import { asStored, type Choice } from '../choice';
import { ProposedFlags } from './ProposedFlags';
import { ProposedSignals } from './ProposedSignals';

interface Props {
  found: DetectResource;
  choice: Choice;
  /** Whether there are settings to keep. */
  configured: boolean;
  onChange: (choice: Choice) => void;
}

/** What was found, the best first: one of them is chosen, and what is chosen can be changed in place. */
export function Proposals({ found, choice, configured, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const group = useId();
  return (
    <div role="radiogroup" aria-label="How to tell flags and variants apart">
      {configured && (
        <Option
          name={group}
          title="Keep the present settings"
          checked={choice.proposal === undefined}
          onChoose={() => onChange(asStored)}
        >
          <p className={styles.reason}>What this data source does now.</p>
        </Option>
      )}
      {found.proposals.map((proposal) => (
        <Option
          key={proposal.id}
          name={group}
          title={proposal.title}
          checked={choice.proposal?.id === proposal.id}
          onChoose={() => onChange({ ...asStored, proposal })}
        >
          <p className={styles.reason}>{proposal.reason}</p>
          {choice.proposal?.id === proposal.id && <Details proposal={proposal} choice={choice} onChange={onChange} />}
        </Option>
      ))}
      {[...found.advice, ...found.notices].map((sentence) => (
        <p key={sentence} className={styles.reason}>
          {sentence}
        </p>
      ))}
    </div>
  );
}

interface OptionProps {
  name: string;
  title: string;
  checked: boolean;
  onChoose: () => void;
  children: React.ReactNode;
}

function Option({ name, title, checked, onChoose, children }: OptionProps) {
  const styles = useStyles2(getStyles);
  const id = useId();
  return (
    <div className={cx(styles.option, checked && styles.checked)}>
      <input type="radio" id={id} name={name} checked={checked} onChange={onChoose} className={styles.radio} />
      <div className={styles.body}>
        <label htmlFor={id} className={styles.title}>
          {title}
        </label>
        {children}
      </div>
    </div>
  );
}

function Details({ proposal, choice, onChange }: { proposal: Proposal } & Pick<Props, 'choice' | 'onChange'>) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {proposal.doubts.length > 0 && (
        <ul className={styles.doubts}>
          {proposal.doubts.map((doubt) => (
            <li key={doubt}>{doubt}</li>
          ))}
        </ul>
      )}
      <ProposedFlags
        flags={proposal.flags}
        count={proposal.flagCount}
        chosen={choice.baselines}
        onChoose={(flag, variant) => onChange({ ...choice, baselines: { ...choice.baselines, [flag]: variant } })}
      />
      <ProposedSignals
        signals={proposal.signals}
        choice={choice}
        onToggle={(id, wanted) => onChange({ ...choice, toggled: { ...choice.toggled, [id]: wanted } })}
      />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  option: css({
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5),
    marginBottom: theme.spacing(1),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  checked: css({ borderColor: theme.colors.primary.border, background: theme.colors.background.secondary }),
  radio: css({
    margin: theme.spacing(0.5, 0, 0),
    width: 16,
    height: 16,
    flexShrink: 0,
    accentColor: theme.colors.primary.main,
  }),
  body: css({ flex: 1, minWidth: 0 }),
  title: css({ fontWeight: theme.typography.fontWeightMedium, cursor: 'pointer' }),
  reason: css({ margin: 0, color: theme.colors.text.secondary }),
  doubts: css({ margin: theme.spacing(1, 0), paddingLeft: theme.spacing(2.5), color: theme.colors.warning.text }),
});
