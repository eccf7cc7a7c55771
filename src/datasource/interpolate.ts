import { type ScopedVars } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';

import { type Filter } from '../contract/contract.gen';

type Replace = Pick<TemplateSrv, 'replace'>;

function asList(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Every way of taking one value from each list. */
function combinations(lists: string[][]): string[][] {
  return lists.reduce<string[][]>(
    (heads, values) => heads.flatMap((head) => values.map((value) => [...head, value])),
    [[]]
  );
}

/**
 * Fills the variables of a text in; one with several values gives a text for each of them.
 *
 * `eu-$env` with dev and prod selected becomes `eu-dev` and `eu-prod`.
 */
export function expand(template: Replace, text: string, scopedVars: ScopedVars): string[] {
  const lists: string[][] = [];
  const plain = template.replace(text, scopedVars, (value: unknown) => {
    lists.push(asList(value));
    return '';
  });
  if (lists.length === 0) {
    return [plain];
  }
  return combinations(lists).map((choice) => {
    let next = 0;
    return template.replace(text, scopedVars, () => choice[next++] ?? '');
  });
}

/** Expands each text of a list, without repeating one, and leaves out what came to nothing. */
export function expandAll(
  template: Replace,
  texts: readonly string[] | undefined,
  scopedVars: ScopedVars
): string[] | undefined {
  if (texts === undefined) {
    return undefined;
  }
  const expanded = texts.flatMap((text) => expand(template, text, scopedVars)).filter((text) => text !== '');
  return [...new Set(expanded)];
}

/** Fills the variables of a text in that stands for one thing; several values are joined by commas. */
export function fill(template: Replace, text: string | undefined, scopedVars: ScopedVars): string | undefined {
  return text === undefined ? undefined : template.replace(text, scopedVars, 'raw');
}

/** Makes a regular expression (RE2) that matches exactly this text. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&');
}

function alternatives(values: readonly string[]): string {
  return values.map(escapeRegex).join('|');
}

/**
 * Fills the variables of a filter in. In a regular expression their values are escaped, as Grafana's own Prometheus
 * datasource does. `=` and `!=` with several values become `=~` and `!~`.
 */
export function fillFilter(template: Replace, filter: Filter, scopedVars: ScopedVars): Filter {
  const key = template.replace(filter.key, scopedVars, 'raw');
  if (filter.operator === '=~' || filter.operator === '!~') {
    const value = template.replace(filter.value, scopedVars, (raw: unknown) => {
      const values = asList(raw);
      return values.length === 1 ? alternatives(values) : `(${alternatives(values)})`;
    });
    return { key, operator: filter.operator, value };
  }
  const [first, ...rest] = expand(template, filter.value, scopedVars);
  if (rest.length === 0) {
    return { key, operator: filter.operator, value: first ?? '' };
  }
  return { key, operator: filter.operator === '=' ? '=~' : '!~', value: alternatives([first ?? '', ...rest]) };
}

/** An ad-hoc filter of a dashboard, as far as we read it. */
export interface AdHocFilter {
  key: string;
  operator: string;
  value: string;
  values?: string[];
}

/**
 * Turns a dashboard's ad-hoc filters into filters of the query. "One of" (`=|`, `!=|`) becomes a regular expression. An
 * operator that Prometheus does not have (`<`, `>`) goes through as it is: the backend refuses it by name, in the panel.
 */
export function fromAdHoc(filters: readonly AdHocFilter[]): Filter[] {
  return filters
    .filter(({ key }) => key !== '')
    .map(({ key, operator, value, values }) => {
      if (operator === '=|' || operator === '!=|') {
        const listed = values !== undefined && values.length > 0 ? values : [value];
        return { key, operator: operator === '=|' ? '=~' : '!~', value: alternatives(listed) };
      }
      return { key, operator: operator as Filter['operator'], value };
    });
}
