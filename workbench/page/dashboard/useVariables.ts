import type { TimeRange, TypedVariableModel } from '@grafana/data';
import { useEffect, useState } from 'react';

import { useAddress } from '../app/useAddress';
import { messageOf } from '../app/useAsync';
import type { Services } from '../host/installServices';
import type { DashboardVariable } from './model';
import { chooseValue, expandValue, optionsOf, type VariableOption } from './variables';

/** A variable with what it can be and what it is. */
export interface VariableState {
  variable: DashboardVariable;
  options: VariableOption[];
  chosen: string[];
  error?: string;
}

export interface Variables {
  states: VariableState[];
  /** Whether all are known, so that queries can be asked. */
  ready: boolean;
  /** Changes whenever a value does. */
  version: string;
}

async function resolve(
  variables: readonly DashboardVariable[],
  services: Services,
  range: TimeRange,
  search: URLSearchParams
): Promise<VariableState[]> {
  const states: VariableState[] = [];
  const values = new Map<string, unknown>();
  // One after the other, since a variable's query may name those before it.
  for (const variable of variables) {
    let state: VariableState = { variable, options: [], chosen: search.getAll(`var-${variable.name}`) };
    try {
      const options = await optionsOf(variable, services.datasources, range);
      state = { ...state, options, chosen: chooseValue(variable, options, state.chosen) };
    } catch (error) {
      state = { ...state, error: messageOf(error) };
    }
    states.push(state);
    values.set(variable.name, expandValue(variable, state.options, state.chosen));
    services.template.setVariables(variables.map(toModel), values);
  }
  return states;
}

/** The little of Grafana's own model that editors look at: the name. */
function toModel({ name, type, label }: DashboardVariable): TypedVariableModel {
  const model = { name, id: name, type: type === 'textbox' ? 'textbox' : 'query', label: label ?? null };
  return model as TypedVariableModel;
}

/** Keeps the variables of a dashboard: their options from the datasource, their values from the address. */
export function useVariables(variables: readonly DashboardVariable[], services: Services, range: TimeRange): Variables {
  const { search } = useAddress();
  const asked = variables.map(({ name }) => search.getAll(`var-${name}`).join('\0')).join('\n');
  const { from, to } = range.raw;
  const [states, setStates] = useState<VariableState[]>();
  useEffect(() => {
    let current = true;
    void resolve(variables, services, range, search).then((resolved) => {
      if (current) {
        setStates(resolved);
      }
    });
    return () => {
      current = false;
    };
    // A refresh changes what the range means, but not which flags there are to choose from; the texts of the range
    // and of the address are what options and values depend on.
  }, [variables, services, String(from), String(to), asked]);
  return {
    states: states ?? [],
    ready: states !== undefined,
    version: JSON.stringify(states?.map(({ variable, chosen }) => [variable.name, chosen]) ?? []),
  };
}
