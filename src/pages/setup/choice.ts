import { type Proposal, type ProposedSignal, type Settings, type Signal } from '../../contract/contract.gen';
import { type JsonData } from '../host/datasources';

/** What is chosen and not saved: a proposal, or the settings as they are, with what was changed of it. */
export interface Choice {
  /** The proposal; absent while the settings stay as they are stored. */
  proposal?: Proposal;
  /** The ids of signals that were taken in or out by hand. */
  toggled: Record<string, boolean>;
  /** Baselines that were chosen by hand, by flag. */
  baselines: Record<string, string>;
}

/** Nothing is changed. */
export const asStored: Choice = { toggled: {}, baselines: {} };

/** Whether settings say how to split, so that there is something to keep. */
export function isConfigured(settings: Settings): boolean {
  return settings.preset !== undefined || settings.split !== undefined || (settings.signals?.length ?? 0) > 0;
}

/** Whether a signal of a proposal is in, as the proposal has it or as the user wants it. */
export function isChosen({ signal, chosen }: ProposedSignal, { toggled }: Choice): boolean {
  return toggled[signal.id] ?? chosen;
}

function signalsOf(proposal: Proposal, choice: Choice): Signal[] {
  const own = proposal.settings.signals ?? [];
  const kept = own.filter(({ id }) => choice.toggled[id] !== false);
  const added = proposal.signals.filter(
    (offered) => isChosen(offered, choice) && !own.some(({ id }) => id === offered.signal.id)
  );
  return [...kept, ...added.map(({ signal }) => signal)];
}

/** The settings that a choice comes to: the fields of the proposal in the place of those that were there. */
export function settingsOf(stored: JsonData, choice: Choice): JsonData {
  const { proposal, baselines } = choice;
  const proposed: Settings = proposal ? { ...proposal.settings, signals: signalsOf(proposal, choice) } : {};
  const named = { ...(proposed.baselines ?? stored.baselines), ...baselines };
  return {
    ...stored,
    ...proposed,
    ...(Object.keys(named).length > 0 && { baselines: named }),
  };
}

/** Whether a choice changes anything. */
export function changesAnything({ proposal, baselines }: Choice): boolean {
  return proposal !== undefined || Object.keys(baselines).length > 0;
}
