import { quantileName } from './components/query/quantiles';
import { type FlaglensQuery } from './types';

/** The legend that calls series as briefly as tells them apart. */
export const SHORT_LEGEND = 'short';

function listed(values: readonly string[] = []): string {
  return values.join(', ');
}

/** The text after a word; nothing where there is none. */
function after(word: string, text: string | undefined): string {
  return text === undefined || text === '' ? '' : ` ${word} ${text}`;
}

/**
 * A query as one line, with all by which two queries differ:
 * `compare checkout-v2: on over off in latency, errors {route="/cart"} by instance as table`.
 */
export function queryText(query: FlaglensQuery): string {
  const { queryType, flag = '', baseline, variants, signals, filters = [], groupBy, format, since } = query;
  const quantiles = query.quantiles?.map(quantileName);
  const who = `${listed(variants)}${after('over', baseline)}`.trim();
  const narrowed = filters.map(({ key, operator, value }) => `${key}${operator}"${value}"`).join(', ');
  const shown = listed([...(query.roles ?? []), ...(query.stats ?? []), ...(quantiles ?? [])]);
  return [
    queryType,
    queryType === 'flags' || flag === '' ? '' : ` ${flag}`,
    who === '' ? '' : `: ${who}`,
    queryType === 'flags' || queryType === 'changes' ? '' : after('in', listed(signals)),
    shown === '' ? '' : ` (${shown})`,
    narrowed === '' ? '' : ` {${narrowed}}`,
    after('by', listed(groupBy)),
    after('since', since === undefined || since === 'rollout' ? '' : String(since)),
    after('as', format),
  ].join('');
}
