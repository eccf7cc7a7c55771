/**
 * A service with one thing wrong, on a real server: `faultyHost.ts express|fastify` starts a server for each fault and
 * prints their ports as a line of JSON. Everything that the application or the process sees of an exception is noted, and
 * answered at `/seen`. With `--tracing URL` it traces to that collector.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectorHandler, createInstrumentation, type Instrumentation } from '@flaglens/instrumentation';
import { flaglensExpress } from '@flaglens/instrumentation/express';
import { flaglensFastify } from '@flaglens/instrumentation/fastify';
import { startTracing } from '@flaglens/instrumentation/tracing';
import { OpenFeature, type Client } from '@openfeature/server-sdk';
import express from 'express';
import fastify, { type FastifyError } from 'fastify';
import { Counter, Histogram, Registry } from 'prom-client';
import { EVENTS, FAULTS, type Fault } from './faults';

/** What the service works with. */
interface Service {
  instrumentation: Instrumentation;
  registry: Registry;
  client: Client;
  /** Exceptions that the application or its framework saw. */
  seen: string[];
  /** One request's work. @returns what the flag gave */
  buy(request: { user: string; flags: string[]; text: string }): Promise<boolean[]>;
}

const [framework, ...rest] = process.argv.slice(2);
const tracing =
  rest[0] === '--tracing' ? startTracing({ endpoint: rest[1], serviceName: 'host', timeoutMs: 60_000 }) : undefined;

const ofProcess: string[] = [];
process.on('uncaughtException', (error) => ofProcess.push(`uncaught: ${error.message}`));
process.on('unhandledRejection', (reason) => ofProcess.push(`unhandled: ${String(reason)}`));

// The SDK logs what hooks and providers throw; here that is the point.
const quiet = () => undefined;
OpenFeature.setLogger({ error: quiet, warn: quiet, info: quiet, debug: quiet });

async function serviceWith(name: string, fault: Fault): Promise<Service> {
  const registry = fault.registry?.() ?? new Registry();
  const instrumentation = createInstrumentation({
    registry,
    flags: [{ key: 'checkout-v2', variants: ['off', 'on'] }],
    tracing,
    onWarning: () => {
      throw new Error('the listener of warnings fails');
    },
    events: EVENTS,
    ...fault.options,
  });
  await OpenFeature.setProviderAndWait(name, fault.provider());
  const client = OpenFeature.getClient(name);
  client.addHooks(...(fault.hooks?.(instrumentation.hooks) ?? instrumentation.hooks));
  fault.meanwhile?.(registry);

  const { layers } = instrumentation;
  const own = new Registry();
  const seconds = instrumentation.split(
    new Histogram({ name: 'mail_seconds', help: 'Of the service', labelNames: ['kind'], registers: [own] })
  );
  const mails = instrumentation.split(
    new Counter({ name: 'mails_total', help: 'Of the service', labelNames: ['kind'], registers: [own] })
  );
  const seen: string[] = [];
  const buy: Service['buy'] = async ({ user, flags, text }) => {
    const answers: boolean[] = [];
    try {
      for (const flag of flags) {
        answers.push(await client.getBooleanValue(flag, false, { targetingKey: user }));
      }
      seconds.observe({ kind: text }, 0.2);
      mails.inc({ kind: text }, NaN);
      layers.cache(text).wrap(() => text)();
      layers.retry(text).finished({ attempts: 2, succeeded: true });
      layers.failover(text, { targets: ['primary'] }).served(text);
      layers.pool(text).record('timeout', -1);
      layers.strategy(text, { strategies: ['a'] }).run(text, () => 1);
      layers.database(text, { operations: ['a'] }).record(text, Infinity, true);
      layers.queue(text).process(() => text, { sentAt: NaN });
      layers.section(text).run(() => text);
      const { events } = instrumentation;
      events.track('item_added', { item: text, count: NaN });
      events.track('order_paid', { amount: text, currency: text }, { user });
      events.track('order_paid', { amount: 12, currency: 'EUR' }, { user, flags: { [text]: text } });
      events.track('page_seen', { text });
      events.track(text, {});
      events.track('item_added', {
        get item() {
          throw new Error('a property that throws');
        },
      });
      instrumentation.registerFlags([{ key: `${text}-registered`, variants: [text] }]);
    } catch (error) {
      seen.push(`application: ${String(error)}`);
    }
    return answers;
  };
  return { instrumentation, registry, client, seen, buy };
}

interface Body {
  user: string;
  flags: string[];
  text: string;
}

function onExpress({ instrumentation, registry, seen, buy }: Service): Server {
  const app = express();
  app.use(flaglensExpress({ requests: instrumentation.requests }));
  app.post('/collect', collectorHandler({ events: instrumentation.events }));
  app.use(express.json({ limit: '4mb' }));
  app.post('/buy', async (request, response) => {
    response.json(await buy(request.body as Body));
  });
  app.get('/seen', (_request, response) => {
    response.json([...seen, ...ofProcess]);
  });
  app.get('/metrics', async (_request, response) => {
    response.type('text/plain').send(await registry.metrics());
  });
  const failed: express.ErrorRequestHandler = (error, _request, response, next) => {
    seen.push(`express: ${String(error)}`);
    response.status(500);
    next(error);
  };
  app.use(failed);
  return createServer(app);
}

async function onFastify({ instrumentation, registry, seen, buy }: Service): Promise<Server> {
  const app = fastify({ bodyLimit: 4 << 20 });
  await app.register(flaglensFastify, { requests: instrumentation.requests });
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const { statusCode = 500 } = error;
    // Below, it is Fastify's own refusal of a request.
    if (statusCode >= 500) {
      seen.push(`fastify: ${String(error)}`);
    }
    return reply.code(statusCode).send('failed');
  });
  app.post('/buy', (request) => buy(request.body as Body));
  app.get('/seen', () => [...seen, ...ofProcess]);
  app.get('/metrics', (_request, reply) => registry.metrics().then((text) => reply.type('text/plain').send(text)));
  const collect = collectorHandler({ events: instrumentation.events });
  await app.register((scope, _options, done) => {
    // The collector reads the body itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
    scope.post('/collect', (request, reply) => {
      reply.hijack();
      return collect(request.raw, reply.raw);
    });
    done();
  });
  await app.ready();
  return app.server;
}

const ports: Record<string, number> = {};
for (const [name, fault] of Object.entries(FAULTS)) {
  const service = await serviceWith(name, fault);
  const server = framework === 'express' ? onExpress(service) : await onFastify(service);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ports[name] = (server.address() as AddressInfo).port;
}
process.stdout.write(`${JSON.stringify(ports)}\n`);
