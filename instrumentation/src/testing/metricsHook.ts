import {
  StandardResolutionReasons,
  type Client,
  type Hook,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import type { Limits } from '../labels/options.js';
import { MetricsHook } from '../openfeature/MetricsHook.js';
import type { EvaluationOptions } from '../openfeature/options.js';
import { testClient } from './openFeature.js';

/** A provider that answers every flag by what the test says. */
export function scripted(
  resolve: (flagKey: string) => ResolutionDetails<JsonValue> | Promise<ResolutionDetails<JsonValue>>
): Provider {
  const answer = async <T>(flagKey: string) => (await resolve(flagKey)) as ResolutionDetails<T>;
  return {
    runsOn: 'server',
    metadata: { name: 'scripted' },
    resolveBooleanEvaluation: (key) => answer<boolean>(key),
    resolveStringEvaluation: (key) => answer<string>(key),
    resolveNumberEvaluation: (key) => answer<number>(key),
    resolveObjectEvaluation: <T extends JsonValue>(key: string) => answer<T>(key),
  };
}

/** What most of the tests are answered. */
export const on: ResolutionDetails<JsonValue> = { value: true, variant: 'on', reason: StandardResolutionReasons.SPLIT };

interface Setup {
  registry: Registry;
  hook: MetricsHook;
  client: Client;
  warnings: string[];
}

/** A client that asks a provider, with a MetricsHook among its hooks. */
export async function setup(
  provider: Provider,
  options: EvaluationOptions & { limits?: Limits } = {},
  otherHooks: { before?: Hook[]; behind?: Hook[] } = {}
): Promise<Setup> {
  const registry = new Registry();
  const warnings: string[] = [];
  const hook = new MetricsHook({ registry, onWarning: (message) => warnings.push(message), ...options });
  const client = await testClient([...(otherHooks.before ?? []), hook, ...(otherHooks.behind ?? [])], provider);
  const silent = () => undefined;
  client.setLogger({ error: silent, warn: silent, info: silent, debug: silent });
  return { registry, hook, client, warnings };
}
