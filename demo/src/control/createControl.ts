import Fastify, { type FastifyInstance } from 'fastify';
import { BadRequest, withFault, withLoad, withPercentage, type DemoState } from '../state';
import { controlPage } from './controlPage';
import { Inbox } from './Inbox';

/** Holds the state of the demo. */
export interface StateHolder {
  state: DemoState;
}

/** What a webhook may send at once. */
const maxNotification = 1 << 18;

/**
 * Builds the control: a page for people, endpoints that change the allocation, the faults and the load, and the inbox
 * to which alert rules send their notifications.
 *
 * @param historyUntil unix seconds up to which the data is a simulated past, if there is one
 */
export function createControl(holder: StateHolder, historyUntil?: number): FastifyInstance {
  const inbox = new Inbox();
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.setErrorHandler((error, _, reply) => {
    const known = error instanceof BadRequest || hasStatus(error);
    const message = error instanceof Error ? error.message : String(error);
    return reply.code(known ? error.statusCode : 500).send({ error: message });
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ error: 'There is nothing here. The page is at /.' }));
  app.get('/', (_, reply) => reply.type('text/html; charset=utf-8').send(controlPage(historyUntil)));
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/api/state', () => holder.state);
  app.put<{ Params: { key: string }; Body: { percentage?: unknown } | null }>('/api/flags/:key', (request) => {
    holder.state = withPercentage(holder.state, request.params.key, request.body?.percentage);
    return holder.state;
  });
  app.put<{ Params: { name: string }; Body: { on?: unknown } | null }>('/api/faults/:name', (request) => {
    holder.state = withFault(holder.state, request.params.name, request.body?.on);
    return holder.state;
  });
  app.put<{ Body: { rps?: unknown } | null }>('/api/load', (request) => {
    holder.state = withLoad(holder.state, request.body?.rps);
    return holder.state;
  });
  app.get('/api/notifications', () => ({ notifications: inbox.notifications }));
  app.post('/api/notifications', { bodyLimit: maxNotification }, (request, reply) => {
    const { id } = inbox.receive(request.body);
    return reply.code(202).send({ id });
  });
  app.delete('/api/notifications', (_, reply) => {
    inbox.clear();
    return reply.code(204).send();
  });
  return app;
}

/** Whether an error is Fastify's own, of a request that it could not read. */
function hasStatus(error: unknown): error is Error & { statusCode: number } {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}
