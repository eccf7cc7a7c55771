import { type State } from '../../contract/constants.gen';
import { type Verdict } from '../frames/verdicts';
import { type PanelStatus } from './status';
import { forecastWords, liveWords } from './verdictWords';

/** States whose pill has no numbers, so that the sentence is needed. */
const BARE_STATES: ReadonlySet<State> = new Set(['withheld', 'insufficient data', 'no data'] satisfies State[]);

/**
 * What a small panel says below its tracks: what failed or was noted, and what the pill's verdict leaves out. Empty
 * where the pill has said it all. `now` is the end of the range.
 */
export function remarkOf(status: PanelStatus, verdict: Verdict | null, now: number): string {
  const notes = [...status.failures.map(({ message }) => message), ...status.notices.map(({ text }) => text)];
  return [...notes, ...(verdict ? verdictRemarks(verdict, now) : [])].filter((part) => part !== '').join('; ');
}

function verdictRemarks(verdict: Verdict, now: number): string[] {
  const forecast = forecastWords(verdict, now);
  return [
    BARE_STATES.has(verdict.state) ? verdict.headline : '',
    liveWords(verdict),
    forecast === '' ? '' : `decided ${forecast}`,
    verdict.observational ? 'observational, not randomised' : '',
  ];
}
