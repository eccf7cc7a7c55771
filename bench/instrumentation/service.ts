/**
 * The shop of the demo as a process of its own: the same routes, flags, provider and work. It tells its port to the
 * process that forked it.
 *
 * @param process.argv[2] what it measures of itself: `none`, `plain` (prom-client) or `flaglens` (all of the library)
 * @param process.argv[3] `true` if requests wait as the demo's do for their database; else only the processor works
 */
import { createInstrumentation } from '@flaglens/instrumentation';
import { fastifyMetrics, flaglensFastify } from '@flaglens/instrumentation/fastify';
import { OpenFeature, type Client, type EvaluationContext } from '@openfeature/server-sdk';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { AllocationProvider } from '../../demo/src/AllocationProvider';
import { flags, type DemoFlag } from '../../demo/src/flags';
import { routes } from '../../demo/src/shop/routes';
import { initialState, type DemoState } from '../../demo/src/state';
import { seeded } from '../../demo/src/random';
import { fateOf, work } from '../../demo/src/shop/work';
import { catalogue } from './catalogue';

/** None of the demo's faults is on, and all services meet the same fates. */
const STATE = { ...initialState(), faults: noFaults() };
const random = seeded(1);

const app = Fastify({ logger: false, forceCloseConnections: true });
await OpenFeature.setProviderAndWait(new AllocationProvider(() => 50));
await instrument(app, process.argv[2]);
addRoutes(app, OpenFeature.getClient(), process.argv[3] === 'true');
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.send?.({ url });

function noFaults(): DemoState['faults'] {
  const { faults } = initialState();
  return {
    ...faults,
    'checkout-v2-slow-tail': false,
    'search-ranking-errors': false,
  };
}

async function instrument(app: FastifyInstance, how: string | undefined): Promise<void> {
  switch (how) {
    case 'none':
      return;
    case 'plain':
      plain(app);
      return;
    case 'flaglens':
      await flaglens(app);
      return;
    default:
      throw new Error(`There is no service "${String(how)}".`);
  }
}

/** As prom-client's own documentation and the usual plugins do it. */
function plain(app: FastifyInstance): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests in seconds',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? 'unmatched', status: reply.statusCode };
    histogram.observe(labels, reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}

async function flaglens(app: FastifyInstance): Promise<void> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instrumentation = createInstrumentation({
    registry,
    providerName: 'demo-allocation',
    flags: flags.map(({ key, baseline, feature }) => ({ key, variants: [baseline, feature] })),
  });
  OpenFeature.addHooks(...instrumentation.hooks);
  await app.register(flaglensFastify, { requests: instrumentation.requests });
  app.get('/metrics', { config: { flaglens: false } }, fastifyMetrics(registry));
}

function addRoutes(app: FastifyInstance, client: Client, waiting: boolean): void {
  for (const { method, url, kind, flag } of routes) {
    app.route({
      method,
      url,
      handler: async (request) => {
        const feature = await isFeature(client, flag, user(request));
        if (waiting) {
          await work(fateOf(kind, feature, STATE, random));
        }
        return { ...catalogue(kind, feature), [flag.key]: feature ? flag.feature : flag.baseline };
      },
    });
  }
}

async function isFeature(client: Client, flag: DemoFlag, context: EvaluationContext): Promise<boolean> {
  if (flag.type === 'boolean') {
    return client.getBooleanValue(flag.key, false, context);
  }
  return (await client.getStringValue(flag.key, flag.baseline, context)) === flag.feature;
}

function user(request: FastifyRequest): { targetingKey?: string } {
  const header = request.headers['x-user'];
  return typeof header === 'string' ? { targetingKey: header } : {};
}
