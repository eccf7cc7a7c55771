import { type MetricFindValue } from '@grafana/data';

import { type Resources } from '../shared/resources';

/** A variable's query, read: what is listed and of what. */
export type VariableCall =
  | { list: 'flags' }
  | { list: 'variants'; flag: string }
  | { list: 'signals' }
  | { list: 'label_values'; label: string; metric?: string };

const offered = 'Write flags(), variants(flag), signals(), label_values(label) or label_values(metric, label).';

function unquote(text: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/s.exec(text);
  return quoted === null ? text : (quoted[1] ?? quoted[2] ?? '');
}

/**
 * Reads a variable's query. Arguments may be quoted.
 *
 * @throws Error that says what is wrong and what may be written
 */
export function parseVariableQuery(text: string): VariableCall {
  const call = /^\s*(\w+)\s*\((.*)\)\s*$/s.exec(text);
  if (call === null) {
    throw new Error(`"${text}" lists nothing. ${offered}`);
  }
  const [, name = '', inside = ''] = call;
  // Only label_values takes two arguments, and neither of them has a comma; a flag's key may.
  const only = unquote(inside.trim());
  switch (name) {
    case 'flags':
    case 'signals':
      if (only !== '') {
        throw new Error(`${name}() takes nothing between its brackets.`);
      }
      return { list: name };
    case 'variants':
      if (only === '') {
        throw new Error('variants() needs a flag between its brackets.');
      }
      return { list: name, flag: only };
    case 'label_values': {
      const names = inside.split(',').map((part) => unquote(part.trim()));
      const label = names.at(-1);
      if (label === undefined || names.length > 2 || names.includes('')) {
        throw new Error('label_values() needs a label, or a metric and a label, between its brackets.');
      }
      return names.length === 1 ? { list: name, label } : { list: name, label, metric: names[0] };
    }
    default:
      throw new Error(`There is no ${name}(). ${offered}`);
  }
}

/** Asks the backend for what a call lists. */
export async function runVariableCall(resources: Resources, call: VariableCall): Promise<MetricFindValue[]> {
  switch (call.list) {
    case 'flags':
      return (await resources.flags()).flags.map(({ flag }) => ({ text: flag, value: flag }));
    case 'signals':
      return (await resources.signals()).signals.map(({ id, name }) => ({ text: name, value: id }));
    case 'variants':
      return (await resources.variants(call.flag)).names.map((name) => ({ text: name, value: name }));
    case 'label_values':
      return (await resources.labelValues(call.label, call.metric)).names.map((name) => ({ text: name, value: name }));
  }
}

/** The text of a variable's query, which is a string in provisioned dashboards and an object from our editor. */
export function variableText(query: unknown): string {
  if (typeof query === 'string') {
    return query;
  }
  if (typeof query === 'object' && query !== null && 'query' in query && typeof query.query === 'string') {
    return query.query;
  }
  return '';
}

/** Writes a call as the text that parseVariableQuery reads. */
export function formatVariableCall(call: VariableCall): string {
  switch (call.list) {
    case 'flags':
    case 'signals':
      return `${call.list}()`;
    case 'variants':
      return `variants(${call.flag})`;
    case 'label_values':
      return call.metric === undefined ? `label_values(${call.label})` : `label_values(${call.metric}, ${call.label})`;
  }
}
