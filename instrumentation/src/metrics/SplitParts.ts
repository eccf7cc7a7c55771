import type { FlagContext } from '../context/FlagContext.js';
import type { RegisteredFlags } from '../context/RegisteredFlags.js';
import type { HostGuard } from '../floor/HostGuard.js';
import type { LabelGuard } from '../labels/LabelGuard.js';
import type { Exemplar } from './Exemplar.js';
import type { SeriesBudget } from './SeriesBudget.js';

/** What every metric that is split by flag has in common. */
export interface SplitParts {
  /** The flags of the work under way. */
  readonly context: FlagContext;
  /** The flags whose series start at zero. */
  readonly flags: RegisteredFlags;
  readonly labels: LabelGuard;
  /** Exposes again what a `clear` of the registry has taken away. */
  readonly metrics: { restore(): void };
  readonly budget: SeriesBudget;
  readonly host: HostGuard;
  /** The exemplar for a value that is observed now; absent where there is no source of exemplars. Never throws. */
  readonly exemplar?: (value: number) => Exemplar | undefined;
}
