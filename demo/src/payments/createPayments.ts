import { createInstrumentation } from '@flaglens/instrumentation';
import { flaglensFastify } from '@flaglens/instrumentation/fastify';
import type { RunningTracing } from '@flaglens/instrumentation/tracing';
import Fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { setTimeout as wait } from 'node:timers/promises';
import { chargeRoute, type Charge } from './charge';

/** The statuses that a charge is answered with. */
const statuses = { done: 201, busy: 503, failed: 500 } as const;

/** Builds the service behind the checkout: it takes as long over a charge, and answers, as it is asked to. */
export async function createPayments(tracing?: RunningTracing): Promise<FastifyInstance> {
  const instrumentation = createInstrumentation({ registry: new Registry(), ...(tracing && { tracing }) });
  const app = Fastify({ logger: false, forceCloseConnections: true });
  await app.register(flaglensFastify, { requests: instrumentation.requests });
  app.post<{ Body: Charge }>(chargeRoute, { schema: { body: bodySchema } }, async ({ body }, reply) => {
    await wait(body.milliseconds);
    await reply.code(statuses[body.ends]).send({ ended: body.ends });
  });
  app.get('/healthz', { config: { flaglens: false } }, () => ({ status: 'ok' }));
  return app;
}

const bodySchema = {
  type: 'object',
  required: ['milliseconds', 'ends'],
  properties: {
    milliseconds: { type: 'number', minimum: 0, maximum: 60_000 },
    ends: { type: 'string', enum: Object.keys(statuses) },
  },
} as const;
