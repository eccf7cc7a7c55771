import Router from '@koa/router';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { request, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { added, batch, closeCollectors, ON, ORIGIN, post, setUp } from '../testing/collector';
import { matching, sum } from '../testing/readMetrics';
import { type Origins } from './origins';

afterEach(closeCollectors);

interface Parts {
  handler: Awaited<ReturnType<typeof setUp>>['handler'];
}

describe('what it takes', () => {
  it('counts the events of a batch under the registered flags', async () => {
    const { port, read } = await setUp();
    const events = [
      added(),
      added({ f: { 'checkout-v2': 'hacked', unknown: 'on' } }),
      { n: 'web_vital_measured', t: 1, f: { 'checkout-v2': 'on' }, p: { name: 'LCP', value: 2.5 } },
      { n: 'web_vital_measured', t: 1, f: { 'checkout-v2': 'on' }, p: { name: 'CLS', value: 0.2 } },
      { n: 'page_timing_measured', t: 1, f: {}, p: { name: 'load', value: 1.2 } },
      { n: 'feature_exposed', t: 1, f: { 'checkout-v2': 'on' } },
      { n: 'feature_exposed', t: 1, f: { 'checkout-v2': 'on' } },
    ];
    const answer = await post(port, { body: batch(events, { dropped: 3 }) });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
    const samples = await read();
    expect(sum(samples, 'event_product_added_total', { size: 'm' })).toBe(2);
    expect(sum(samples, 'feature_flag_event_total', { event: 'product_added', ...ON })).toBe(1);
    expect(sum(samples, 'feature_flag_web_vital_seconds_bucket', { vital: 'LCP', le: '2.5', ...ON })).toBe(1);
    expect(sum(samples, 'feature_flag_web_vital_seconds_bucket', { vital: 'LCP', le: '1.8', ...ON })).toBe(0);
    expect(sum(samples, 'feature_flag_web_vital_layout_shift_score_sum', ON)).toBeCloseTo(0.2);
    expect(sum(samples, 'page_timing_seconds_count', { timing: 'load' })).toBe(1);
    expect(sum(samples, 'feature_flag_exposure_total', ON)).toBe(1);
    expect(sum(samples, 'flaglens_events_dropped_total', { reason: 'in_browser' })).toBe(3);
    expect(new Set(samples.map(({ labels }) => labels.feature_flag_variant))).toEqual(
      new Set([undefined, 'on', 'off'])
    );
    // Zero from the start, for each flag and variant.
    expect(matching(samples, 'feature_flag_web_vital_seconds_count')).toHaveLength(2 * 4);
  });

  it('takes a batch once, and gzip, and JSON with its charset', async () => {
    const { port, read, outcome } = await setUp();
    const body = batch([added()]);
    expect((await post(port, { body })).status).toBe(204);
    expect((await post(port, { body })).status).toBe(204);
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json; charset=utf-8' };
    expect((await post(port, { body: gzipSync(batch([added()])), headers })).status).toBe(204);
    expect(sum(await read(), 'event_total', { event: 'product_added' })).toBe(2);
    expect([await outcome('taken'), await outcome('duplicate')]).toEqual([2, 1]);
  });

  it("counts what the browser sampled at the service's rate, and draws nothing again", async () => {
    const { port, read } = await setUp({ sampleRate: 0.25 });
    await post(port, { body: batch([added({ r: 0.25 }), { n: 'offer_seen', t: 1, r: 0.25 }]) });
    expect(sum(await read(), 'feature_flag_event_total', { event: 'product_added', ...ON })).toBe(4);
    expect(sum(await read(), 'event_total', { event: 'offer_seen' })).toBe(4);
  });

  it.each([undefined, 0.5])('believes no rate that a browser claims beside the service’s (%p)', async (sampleRate) => {
    const { port, read } = await setUp({ sampleRate });
    const vital = { n: 'web_vital_measured', t: 1, r: 0.01, p: { name: 'LCP', value: 1 } };
    const exposed = { n: 'feature_exposed', t: 1, r: 0.5, f: { 'checkout-v2': 'on' } };
    await post(port, { body: batch([added({ r: 0.01 }), added({ r: 0.9 }), vital, exposed]) });
    const samples = await read();
    expect(sum(samples, 'event_total', { event: 'product_added' })).toBe(2);
    expect(sum(samples, 'event_total', { event: 'web_vital_measured' })).toBe(1);
    // Exposures are never sampled, whatever the rate is.
    expect(sum(samples, 'feature_flag_exposure_total', ON)).toBe(1);
  });

  it('takes the user of the request, and no clock but the distance of two readings', async () => {
    const { port, read, dropped } = await setUp({ user: ({ headers }) => String(headers['x-user']) });
    const exposed = { n: 'feature_exposed', t: 0, f: { 'checkout-v2': 'on' } };
    for (const session of ['a', 'b']) {
      // The first clock is far in the past, the other in the future, and its events later than their batch.
      const clock = session === 'a' ? 5 : 4e12;
      await post(port, {
        body: batch([{ ...exposed, t: clock + 1e6 }], { session: session.repeat(20), sent: clock }),
        headers: { 'x-user': 'one' },
      });
    }
    await post(port, { body: batch([{ ...exposed, t: 0 }], { sent: 86_400_001 }), headers: { 'x-user': 'two' } });
    expect(sum(await read(), 'feature_flag_exposure_total', ON)).toBe(1);
    expect(await dropped('too_old')).toBe(1);
  });

  it('never takes the session of a browser for a user, nor what is no identifier', async () => {
    const user = '6d1f0a52-7c35-4f0a-9b6e-2f1c8e4d7a90';
    let answered: unknown;
    const { port, events, read } = await setUp(
      { user: () => answered as string },
      { definitions: { order_completed: { kind: 'conversion' } } }
    );
    const exposed = { n: 'feature_exposed', t: 0, f: { 'checkout-v2': 'on' } };
    // A hostile client that knows a user's id shall not decide which variant the user's conversions count for.
    await post(port, { body: batch([exposed], { session: user }) });
    events.track('order_completed', {}, { user, flags: { 'checkout-v2': 'off' } });
    expect(sum(await read(), 'feature_flag_conversion_total', ON)).toBe(0);
    for (const [index, none] of ['', null, NaN, {}, Object.create(null) as unknown].entries()) {
      answered = none;
      const answer = await post(port, { body: batch([exposed], { session: String(index).repeat(20) }) });
      expect(answer.status).toBe(204);
    }
    expect(sum(await read(), 'feature_flag_exposure_total', ON)).toBe(6);
  });

  it('counts under each flag alone, however long its key and variant', async () => {
    const [key, variant] = ['k'.repeat(64), 'v'.repeat(64)];
    const { port, read, registerFlags } = await setUp();
    registerFlags([{ key: `${key}-1`, variants: [`${variant}-1`] }]);
    await post(port, { body: batch([added({ f: { [`${key}-1`]: `${variant}-1`, [`${key}-2`]: `${variant}-1` } })]) });
    expect(sum(await read(), 'feature_flag_event_total')).toBe(1);
  });

  it.each([
    ['express', ({ handler }: Parts): RequestListener => express().post('/beacons', handler)],
    [
      'express behind body parsers',
      ({ handler }) => express().use(express.text(), express.json()).post('/beacons', handler),
    ],
    [
      'koa',
      ({ handler }) => {
        const router = new Router();
        router.post('/beacons', async (context) => {
          context.respond = false;
          await handler(context.req, context.res);
        });
        const listener = new Koa().use(router.routes()).callback();
        return (incoming, response) => void listener(incoming, response);
      },
    ],
  ] as Array<[string, (parts: Parts) => RequestListener]>)('works in %s', async (_name, app) => {
    const { handler, listen, read } = await setUp();
    const port = await listen(app({ handler }));
    for (const type of ['text/plain', 'application/json']) {
      const answer = await new Promise<number>((resolve, reject) => {
        const headers = { origin: ORIGIN, 'content-type': type };
        request({ host: '127.0.0.1', port, path: '/beacons', method: 'POST', headers, agent: false }, (response) =>
          resolve(response.resume().statusCode ?? 0)
        )
          .on('error', reject)
          .end(batch([added()]));
      });
      expect(answer).toBe(204);
    }
    expect(sum(await read(), 'event_total', { event: 'product_added' })).toBe(2);
  });

  it('works in fastify, which is told to leave the body alone', async () => {
    const { handler, read } = await setUp();
    const app = fastify();
    await app.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      scope.post('/beacons', async (incoming, reply) => {
        reply.hijack();
        await handler(incoming.raw, reply.raw);
      });
      done();
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${String(port)}/beacons`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'text/plain' },
      body: batch([added()]),
    });
    expect(answer.status).toBe(204);
    expect(sum(await read(), 'event_total', { event: 'product_added' })).toBe(1);
    await app.close();
  });
});

it('says clearly that a parser before it has taken the body, and lets the batch come again', async () => {
  const { handler, outcome, warnings } = await setUp();
  const app = fastify();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/beacons', async (incoming, reply) => {
    reply.hijack();
    await handler(incoming.raw, reply.raw);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  for (const type of ['text/plain', 'application/json']) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/beacons`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': type },
      body: batch([added()]),
    });
    expect(answer.status).toBe(503);
  }
  expect(await outcome('failed')).toBe(2);
  expect(warnings.filter((warning) => warning.includes('body parser'))).toHaveLength(1);
  await app.close();
});

it('survives callbacks of the application that throw', async () => {
  const fail = () => {
    throw new Error('someone@example.org');
  };
  const first = await setUp({ user: fail });
  expect((await post(first.port, { body: batch([added()]) })).status).toBe(204);
  const second = await setUp({ client: fail });
  expect((await post(second.port, { body: batch([added()]) })).status).toBe(503);
  const third = await setUp({ origins: new Set([ORIGIN]) as unknown as Origins });
  expect((await post(third.port, { body: batch([added()]) })).status).toBe(503);
  expect([...first.warnings, ...second.warnings].join()).not.toContain('example.org');
});
