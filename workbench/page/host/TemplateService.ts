import type { DataContextScopedVar, ScopedVars, TimeRange, TypedVariableModel } from '@grafana/data';
import type { TemplateSrv, VariableInterpolation } from '@grafana/runtime';

import { formatValue } from './formatValue';

/** $name, [[name]] or [[name:format]], ${name}, ${name.field} or ${name:format}, as Grafana reads them. */
const reference = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

type Format = Parameters<TemplateSrv['replace']>[2];

/** The dashboard's variables and their replacement in texts. */
export class TemplateService implements TemplateSrv {
  #variables: TypedVariableModel[] = [];
  #values = new Map<string, unknown>();
  #range: TimeRange | undefined;

  /** Takes over the variables of the page that is shown. */
  setVariables(variables: TypedVariableModel[], values: ReadonlyMap<string, unknown>): void {
    this.#variables = variables;
    this.#values = new Map(values);
  }

  getVariables(): TypedVariableModel[] {
    return this.#variables;
  }

  updateTimeRange(range: TimeRange): void {
    this.#range = range;
  }

  containsTemplate(target?: string): boolean {
    return target !== undefined && target.search(reference) >= 0;
  }

  replace(target = '', scopedVars?: ScopedVars, format?: Format, found?: VariableInterpolation[]): string {
    return target.replace(
      reference,
      (
        match: string,
        plain?: string,
        bracketed?: string,
        bracketFormat?: string,
        braced?: string,
        fieldPath?: string,
        bracedFormat?: string
      ) => {
        const name = plain ?? bracketed ?? braced ?? '';
        const value = name === '__value' ? fieldValue(scopedVars) : this.#valueOf(name, scopedVars);
        const wanted = bracketFormat ?? bracedFormat ?? format;
        const text = value === undefined ? match : formatValue(value, wanted);
        found?.push({
          match,
          variableName: name,
          value: text,
          found: value !== undefined,
          ...(fieldPath === undefined ? {} : { fieldPath }),
          ...(typeof wanted === 'string' ? { format: wanted } : {}),
        });
        return text;
      }
    );
  }

  #valueOf(name: string, scopedVars?: ScopedVars): unknown {
    const scoped = scopedVars?.[name];
    if (scoped) {
      return scoped.value;
    }
    if (name === '__from' || name === '__to') {
      return this.#range?.[name === '__from' ? 'from' : 'to'].valueOf();
    }
    return this.#values.get(name);
  }
}

/** The value that a data link stands on: all that Grafana's `__value` gives of it here is the value as it is. */
function fieldValue(scopedVars?: ScopedVars): unknown {
  const context = scopedVars?.__dataContext as Partial<DataContextScopedVar> | undefined;
  const { field, rowIndex } = context?.value ?? {};
  return rowIndex === undefined ? undefined : field?.values[rowIndex];
}
