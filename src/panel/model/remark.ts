import { type Verdict } from '../frames/verdicts';
import { type PanelStatus } from './status';

/**
 * What a small panel says below its tracks: what failed or was noted, and what the pill's verdict leaves out. Empty
 * where the pill has said it all.
 */
export function remarkOf(status: PanelStatus, verdict: Verdict | null): string {
  const notes = [...status.failures.map(({ message }) => message), ...status.notices.map(({ text }) => text)];
  return [...notes, verdict?.words.remark ?? ''].filter((part) => part !== '').join('; ');
}
