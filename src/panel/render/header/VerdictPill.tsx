import { useTheme2 } from '@grafana/ui';
import { type Verdict } from '../../frames/verdicts';
import { verdictWords } from '../../model/pillWords';
import { Pill } from './Pill';
import { stateColor, tokensOf, VerdictGlyph, type VerdictSign } from '../base';

interface VerdictPillProps {
  verdict: Verdict;
  /** All verdicts of the panel, among which this one is the most damaging. */
  all: readonly Verdict[];
  /** Until when it holds, where it could not be read anew: as of 00:28. Empty else. */
  asOf: string;
  /** What else went wrong, for who points at the pill. */
  hint: string;
}

function signOf({ state, shareState, observational }: Verdict): VerdictSign {
  if (state === 'withheld') {
    return shareState === 'mismatch' ? 'mismatch' : 'withheld';
  }
  return observational && state !== 'regressed' ? 'observational' : state;
}

/** The verdict of the most damaging signal: shape, word and numbers. It is there at every size. */
export function VerdictPill({ verdict, all, asOf, hint }: VerdictPillProps) {
  const tokens = tokensOf(useTheme2());
  const { state, words } = verdict;
  const sign = signOf(verdict);
  const color = sign === 'observational' ? tokens.change : stateColor(state, tokens);
  const { lead, tags } = words;
  const several = new Set(all.map(({ variant }) => variant)).size > 1;
  const detail = `${several ? `${verdict.variant}, ` : ''}${words.detail}`;
  const quiet = state === 'insufficient data' || state === 'not read' || state === 'no data';
  return (
    <Pill
      sign={<VerdictGlyph sign={sign} color={color} knockout="#fff" size={18} />}
      words={verdictWords(verdict, several, asOf)}
      accent={quiet ? undefined : color}
      dimmed={asOf !== ''}
      hint={[`${lead}: ${detail}`, asOf, tags, verdict.reason, hint].filter((line) => line !== '').join('\n')}
      data={{ 'data-state': state, 'data-signal': verdict.signal, 'data-variant': verdict.variant }}
    />
  );
}
