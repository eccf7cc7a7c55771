import { createInstrumentation, type Shares } from '@flaglens/instrumentation';
import { fastifyMetrics, flaglensFastify } from '@flaglens/instrumentation/fastify';
import type { RunningTracing } from '@flaglens/instrumentation/tracing';
import { OpenFeature, type Client, type EvaluationContext } from '@openfeature/server-sdk';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { AllocationProvider } from '../AllocationProvider';
import { flags, type DemoFlag } from '../flags';
import type { Random } from '../random';
import type { DemoState } from '../state';
import { workWithPayments, type SendCharge } from './charging';
import { routes, type ShopRoute } from './routes';
import { fateOf, work, type Fate, type WorkKind } from './work';

/** Options of one instance of the shop. */
export interface ShopOptions {
  /** What the control last said. */
  state: () => DemoState;
  random?: Random;
  /** What a shop has where it is traced. */
  traced?: {
    tracing: RunningTracing;
    /** Sends what a checkout charges to the payments; without it a checkout does all of its work itself. */
    charge?: SendCharge;
    /** Called for each request that failed, while its trace is under way. */
    onFailure?: (route: string, error: unknown) => void;
  };
}

/** Bounds in seconds, dense where the shop's percentiles lie: a quantile is as exact as the bucket it falls in. */
const requestBuckets = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];

const userHeader = 'x-user';

/** Builds one instance of the shop: its routes, instrumented and behind flags, and its metrics. */
export async function createShop({ state, random = Math.random, traced }: ShopOptions): Promise<FastifyInstance> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instrumentation = createInstrumentation({
    registry,
    providerName: 'demo-allocation',
    requestBuckets,
    ...(traced && { tracing: traced.tracing }),
    flags: flags.map(({ key, baseline, feature }) => ({ key, variants: [baseline, feature] })),
    allocation: (flagKey) => sharesOf(flagKey, state()),
  });
  await OpenFeature.setProviderAndWait(new AllocationProvider((key) => state().percentages[key] ?? 0));
  OpenFeature.clearHooks();
  OpenFeature.addHooks(...instrumentation.hooks);

  const app = Fastify({ logger: false, forceCloseConnections: true });
  await app.register(flaglensFastify, { requests: instrumentation.requests });
  const { charge, onFailure } = traced ?? {};
  const carryOut = (kind: WorkKind, fate: Fate) =>
    kind === 'checkout' && charge ? workWithPayments(fate, charge, random) : work(fate);
  addRoutes(app, OpenFeature.getClient(), async (route, feature) => {
    try {
      await carryOut(route.kind, fateOf(route.kind, feature, state(), random));
    } catch (error) {
      onFailure?.(route.url, error);
      throw error;
    }
  });
  app.get('/healthz', { config: { flaglens: false } }, () => ({ status: 'ok' }));
  app.get('/metrics', { config: { flaglens: false } }, fastifyMetrics(registry));
  return app;
}

/** The share of the users, 0 to 1, that this instance gives to each variant of a flag. */
function sharesOf(flagKey: string, { percentages }: DemoState): Shares | undefined {
  const flag = flags.find(({ key }) => key === flagKey);
  const share = (percentages[flagKey] ?? 0) / 100;
  return flag && { [flag.feature]: share, [flag.baseline]: 1 - share };
}

function addRoutes(
  app: FastifyInstance,
  client: Client,
  carryOut: (route: ShopRoute, feature: boolean) => Promise<void>
): void {
  for (const route of routes) {
    const { method, url, flag } = route;
    app.route({
      method,
      url,
      config: { flaglens: { flags: [flag.key] } },
      handler: async (request) => {
        const feature = await isFeature(client, flag, user(request));
        await carryOut(route, feature);
        return { [flag.key]: feature ? flag.feature : flag.baseline };
      },
    });
  }
}

/** Asks for a flag as its type wants to be asked, and says whether the answer is the feature. */
async function isFeature(client: Client, flag: DemoFlag, context: EvaluationContext): Promise<boolean> {
  if (flag.type === 'boolean') {
    return client.getBooleanValue(flag.key, false, context);
  }
  return (await client.getStringValue(flag.key, flag.baseline, context)) === flag.feature;
}

/** The user that a request speaks for; without one the flags give their baseline. */
function user(request: FastifyRequest): { targetingKey?: string } {
  const header = request.headers[userHeader];
  return typeof header === 'string' ? { targetingKey: header } : {};
}
