import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { gunzipSync } from 'node:zlib';
import { pause } from '../testing/http.js';
import { MetricsEndpoint, type EndpointOptions, type MetricsSource } from './MetricsEndpoint.js';

const OPEN = 'application/openmetrics-text;version=1.0.0';

/** A registry with a gauge that is collected by the given function. */
function collecting(collect: (this: Gauge) => void | Promise<void>): Registry {
  const registry = new Registry();
  new Gauge({ name: 'asked', help: 'Asked', registers: [registry], collect });
  return registry;
}

function setup(source: MetricsSource, options: EndpointOptions = {}) {
  const errors: Error[] = [];
  return { endpoint: new MetricsEndpoint(source, { onError: (error) => errors.push(error), ...options }), errors };
}

describe('compression', () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { endpoint } = setup(registry);

  test('is for long answers to those who take it', async () => {
    const answer = await endpoint.answer({ acceptEncoding: 'gzip' });

    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
    expect(answer.headers.vary).toBe('Accept, Accept-Encoding');
    expect(gunzipSync(answer.body).toString()).toContain('process_cpu_seconds_total');
  });

  test.each([['identity'], [undefined]])('is not for %s', async (acceptEncoding) => {
    const answer = await endpoint.answer({ acceptEncoding });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.body.toString()).toContain('process_cpu_seconds_total');
  });

  test('is not for short answers', async () => {
    const short = new Registry();
    new Counter({ name: 'orders_total', help: 'Orders', registers: [short] });

    const answer = await setup(short).endpoint.answer({ acceptEncoding: 'gzip' });

    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.body.toString()).toContain('orders_total 0');
  });
});

describe('scrapes at the same time', () => {
  test('share one collection, whatever their formats, and each has its own format', async () => {
    let collections = 0;
    const registry = collecting(async function (this: Gauge) {
      const number = ++collections;
      this.reset();
      await pause(20);
      this.set(number);
    });
    const { endpoint } = setup(registry);

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        endpoint.answer({ accept: i % 2 === 0 ? OPEN : '*/*', acceptEncoding: 'gzip' })
      )
    );

    expect(collections).toBe(1);
    answers.forEach(({ status, body, headers }, i) => {
      expect(status).toBe(200);
      expect(headers['content-type']).toContain(i % 2 === 0 ? 'openmetrics' : 'text/plain');
      expect(body.toString().endsWith('# EOF\n')).toBe(i % 2 === 0);
      expect(body.toString()).toContain('\nasked 1\n');
    });
    expect((await endpoint.answer({})).body.toString()).toContain('\nasked 2\n');
  });
});

describe('failures', () => {
  test.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('secret of the database');
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret of the database'))],
  ])('a metric that %s is named in a 500; its message goes to the developer alone', async (_name, collect) => {
    const { endpoint, errors } = setup(collecting(collect));

    const answer = await endpoint.answer({ accept: OPEN });

    expect(answer.status).toBe(500);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body.toString()).toBe('The metrics could not be collected: the metric "asked" failed.\n');
    expect(errors.map(({ cause }) => cause)).toEqual([new Error('secret of the database')]);
  });

  test('a metric that hangs fails its scrape in time, and not the next one', async () => {
    let hangs = true;
    const registry = collecting(() => (hangs ? new Promise(() => undefined) : undefined));
    const { endpoint } = setup(registry, { timeout: 0.05 });

    const answers = await Promise.all([endpoint.answer({}), endpoint.answer({ accept: OPEN })]);
    hangs = false;

    expect(answers.map(({ status, body }) => `${String(status)} ${body.toString()}`)).toEqual([
      '500 The metrics could not be collected within 0.05 s.\n',
      '500 The metrics could not be collected within 0.05 s.\n',
    ]);
    expect((await endpoint.answer({})).status).toBe(200);
  });

  test.each([Infinity, 30 * 24 * 3600])('a timeout of %d s waits, and does not fail at once', async (timeout) => {
    const registry = collecting(() => new Promise((resolve) => setTimeout(resolve, 30)));
    const { endpoint } = setup(registry, { timeout });
    expect((await endpoint.answer({})).status).toBe(200);
  });

  test('a source that rejects is a 500, and so is one whose listener throws', async () => {
    const { endpoint } = setup(() => Promise.reject(new Error('no workers')), {
      onError: () => {
        throw new Error('by the listener');
      },
    });
    expect(await endpoint.answer({})).toMatchObject({
      status: 500,
      body: Buffer.from('The metrics could not be rendered.\n'),
    });
  });

  test('other methods than GET and HEAD are refused', async () => {
    const { endpoint } = setup(new Registry());
    expect(await endpoint.answer({ method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });
});
