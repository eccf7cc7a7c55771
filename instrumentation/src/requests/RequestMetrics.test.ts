import { Gauge, Registry } from 'prom-client';
import { EVALUATION_ERROR, METRICS } from '../floor/conventions.js';
import type { InstrumentationOptions } from '../options.js';
import { matching, readMetrics, sum, type Sample } from '../testing/readMetrics.js';
import { TEST_FLAGS } from '../testing/openFeature.js';
import { RequestMetrics } from './RequestMetrics.js';

const COUNT = `${METRICS.flagRequestDuration}_count`;
const ALL_COUNT = `${METRICS.requestDuration}_count`;

function setup(options: Partial<InstrumentationOptions> = {}) {
  const registry = new Registry();
  const warnings: string[] = [];
  const requests = new RequestMetrics({ registry, onWarning: (message) => warnings.push(message), ...options });
  return { registry, requests, warnings };
}

/** A request that evaluated the given flags, one after the other. */
function serve(
  requests: RequestMetrics,
  flags: Array<[flag: string, variant: string]>,
  route = '/checkout',
  status = 200
) {
  const record = requests.begin();
  requests.run(record, () => {
    for (const [flag, variant] of flags) {
      requests.tag(flag, () => variant);
    }
  });
  record.finish({ method: 'POST', route, status });
  return record;
}

const key = (sample: Sample) => Object.values(sample.labels).join(' ');

describe('series that start at zero', () => {
  test('each flag, variant, route and status is there before the first request', async () => {
    const { registry } = setup({
      flags: TEST_FLAGS,
      routes: [
        { method: 'POST', route: '/checkout', flags: ['checkout-v2'], statuses: [200, 503] },
        { method: 'GET', route: '/search' },
      ],
    });

    const samples = await readMetrics(registry);

    expect(matching(samples, COUNT).map(key).sort()).toEqual(
      [
        'checkout-v2 off POST /checkout 200',
        'checkout-v2 off POST /checkout 503',
        'checkout-v2 on POST /checkout 200',
        'checkout-v2 on POST /checkout 503',
        'checkout-v2 off GET /search 200',
        'checkout-v2 off GET /search 500',
        'checkout-v2 on GET /search 200',
        'checkout-v2 on GET /search 500',
        'search-ranking control GET /search 200',
        'search-ranking control GET /search 500',
        'search-ranking new-ranking GET /search 200',
        'search-ranking new-ranking GET /search 500',
      ].sort()
    );
    expect(matching(samples, ALL_COUNT)).toHaveLength(4);
    expect(samples.every((sample) => sample.value === 0)).toBe(true);
    // All buckets are there, too, or a quantile would jump when the first slow request fills one.
    const first = { feature_flag_variant: 'on', route: '/search', status: '500', feature_flag_key: 'checkout-v2' };
    expect(matching(samples, `${METRICS.flagRequestDuration}_bucket`, first)).toHaveLength(15);
  });

  test('flags that are registered after the routes start at zero as well, and what was counted stays', async () => {
    const { registry, requests } = setup({ routes: [{ method: 'POST', route: '/checkout' }] });
    serve(requests, [['checkout-v2', 'on']]);

    requests.registerFlags(TEST_FLAGS);
    requests.registerRoutes([{ method: 'POST', route: '/checkout' }]);

    const samples = await readMetrics(registry);
    expect(sum(samples, COUNT, { feature_flag_variant: 'on', status: '200' })).toBe(1);
    expect(matching(samples, COUNT)).toHaveLength(8);
    expect(sum(samples, ALL_COUNT)).toBe(1);
  });

  test('a flag that turns up on an unregistered route brings its other variants and statuses along', async () => {
    const { registry, requests } = setup({ flags: TEST_FLAGS });

    serve(requests, [['checkout-v2', 'on']], '/late');

    const samples = await readMetrics(registry);
    expect(
      matching(samples, COUNT)
        .map((sample) => `${key(sample)} ${String(sample.value)}`)
        .sort()
    ).toEqual([
      'checkout-v2 off POST /late 200 0',
      'checkout-v2 off POST /late 500 0',
      'checkout-v2 on POST /late 200 1',
      'checkout-v2 on POST /late 500 0',
    ]);
  });

  test('stop at the limit, with a warning, while recording goes on', async () => {
    const routes = Array.from({ length: 50 }, (_, i) => ({ method: 'POST', route: `/route-${String(i)}` }));
    const { registry, requests, warnings } = setup({ flags: TEST_FLAGS, routes, limits: { initialisedSeries: 100 } });

    serve(requests, [['checkout-v2', 'on']], '/route-49');

    const samples = await readMetrics(registry);
    expect(matching(samples, COUNT).length + matching(samples, ALL_COUNT).length).toBe(102);
    expect(sum(samples, COUNT, { route: '/route-49' })).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('more than 100 series')]);
  });
});

describe('a request', () => {
  test('is recorded once untagged, and once for each flag', async () => {
    const { registry, requests } = setup();

    serve(requests, [
      ['checkout-v2', 'on'],
      ['search-ranking', 'control'],
      ['checkout-v2', 'on'],
    ]);

    const samples = await readMetrics(registry);
    expect(sum(samples, ALL_COUNT)).toBe(1);
    expect(matching(samples, COUNT).map(key)).toEqual([
      'checkout-v2 on POST /checkout 200',
      'search-ranking control POST /checkout 200',
    ]);
  });

  test.each<[string, string[], string]>([
    ['the first variant of a flag counts', ['on', 'off'], 'on'],
    ['a failed evaluation gives way to one that succeeds', [EVALUATION_ERROR, 'on', EVALUATION_ERROR], 'on'],
    ['a failed evaluation counts where none succeeds', [EVALUATION_ERROR], EVALUATION_ERROR],
  ])('%s', async (_name, variants, expected) => {
    const { registry, requests } = setup({ limits: { variantsPerFlag: 1 } });

    serve(
      requests,
      variants.map((variant) => ['checkout-v2', variant])
    );

    const samples = await readMetrics(registry);
    expect(matching(samples, COUNT).map((sample) => [sample.labels.feature_flag_variant, sample.value])).toEqual([
      [expected, 1],
    ]);
  });

  test('counts once, however often its end is announced', async () => {
    const { registry, requests } = setup();
    const record = serve(requests, [['checkout-v2', 'on']]);

    record.finish({ method: 'POST', route: '/checkout', status: 499 });

    const samples = await readMetrics(registry);
    expect(sum(samples, ALL_COUNT)).toBe(1);
    expect(sum(samples, ALL_COUNT, { status: '200' })).toBe(1);
    expect(sum(samples, COUNT)).toBe(1);
  });

  test('evaluations outside of a request are ignored, and their variant is not even asked for', () => {
    const { requests } = setup();
    const variant = jest.fn(() => 'on');

    requests.tag('checkout-v2', variant);

    expect(variant).not.toHaveBeenCalled();
  });

  test('its duration is in seconds, in both histograms alike', async () => {
    const { registry, requests } = setup();
    const record = requests.begin();
    requests.run(record, () => requests.tag('checkout-v2', () => 'on'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    record.finish({ method: 'POST', route: '/checkout', status: 200 });

    const samples = await readMetrics(registry);
    const tagged = sum(samples, `${METRICS.flagRequestDuration}_sum`);
    expect(tagged).toBeGreaterThan(0.055);
    expect(tagged).toBeLessThan(5);
    expect(sum(samples, `${METRICS.requestDuration}_sum`)).toBe(tagged);
  });
});

describe('limits', () => {
  test('fold routes, statuses, variants and strange methods, and count what they folded', async () => {
    const { registry, requests } = setup({ limits: { routes: 2, variantsPerFlag: 2, statuses: 2 } });

    for (let i = 0; i < 5; i++) {
      serve(requests, [['checkout-v2', `variant-${String(i)}`]], `/route-${String(i)}`, 200 + i);
    }
    const strange = requests.begin();
    strange.finish({ method: 'PROPFIND', route: '/route-0', status: 200 });

    const samples = await readMetrics(registry);
    expect(sum(samples, ALL_COUNT)).toBe(6);
    expect(sum(samples, ALL_COUNT, { route: 'other', status: 'other' })).toBe(3);
    expect(sum(samples, ALL_COUNT, { method: 'other' })).toBe(1);
    expect(sum(samples, COUNT, { feature_flag_variant: 'other' })).toBe(3);
    expect(matching(samples, METRICS.folded).map((sample) => [sample.labels.label, sample.value])).toEqual(
      expect.arrayContaining([
        ['route', 3],
        ['status', 3],
        ['feature_flag_variant', 3],
        ['method', 1],
        ['feature_flag_key', 0],
      ])
    );
  });
});

describe('the application’s own http_request_duration_seconds', () => {
  test('is left to it, and the split one is recorded all the same', async () => {
    const registry = new Registry();
    const { Histogram } = await import('prom-client');
    const theirs = new Histogram({ name: METRICS.requestDuration, help: 'theirs', registers: [registry] });
    theirs.observe(1);
    const warnings: string[] = [];
    const requests = new RequestMetrics({ registry, onWarning: (message) => warnings.push(message) });

    serve(requests, [['checkout-v2', 'on']]);

    const samples = await readMetrics(registry);
    expect(matching(samples, ALL_COUNT)).toEqual([{ name: ALL_COUNT, labels: {}, value: 1 }]);
    expect(sum(samples, COUNT)).toBe(1);
    expect(warnings).toHaveLength(1);
  });
});

describe('the option requestMetric', () => {
  test('gives the untagged metric another name, beside one that another has, and the split one none', async () => {
    const registry = new Registry();
    const theirs = new Gauge({ name: METRICS.requestDuration, help: 'theirs', registers: [registry] });
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const requests = new RequestMetrics({ registry, requestMetric: { name: 'shop_requests_seconds' }, onWarning });

    serve(requests, [['checkout-v2', 'on']]);

    const samples = await readMetrics(registry);
    expect(sum(samples, 'shop_requests_seconds_count', { route: '/checkout', status: '200' })).toBe(1);
    expect(sum(samples, COUNT, { feature_flag_variant: 'on' })).toBe(1);
    expect(registry.getSingleMetric(METRICS.requestDuration)).toBe(theirs);
    expect(warnings).toEqual([]);
  });

  test('leaves the untagged metric out, and its series out of the limit of those that start at zero', async () => {
    const { registry, requests, warnings } = setup({
      requestMetric: false,
      flags: TEST_FLAGS,
      routes: [{ method: 'POST', route: '/checkout' }],
      // Two statuses of two flags with two variants each; with the untagged ones there would be 10.
      limits: { initialisedSeries: 8 },
    });

    serve(requests, [['checkout-v2', 'on']]);

    const samples = await readMetrics(registry);
    expect(samples.filter(({ name }) => name.startsWith(METRICS.requestDuration))).toEqual([]);
    expect(matching(samples, COUNT)).toHaveLength(8);
    expect(sum(samples, COUNT)).toBe(1);
    expect(warnings).toEqual([]);
    // The name is free.
    expect(() => new Gauge({ name: METRICS.requestDuration, help: 'theirs', registers: [registry] })).not.toThrow();
    expect(warnings).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['true', true],
    ['null', null],
    ['a name alone', 'shop_requests_seconds'],
    ['no name', {}],
    ['a name that is none', { name: 'shop-requests' }],
    ['an empty name', { name: '' }],
    ['a number', { name: 7 }],
    ['the name of the split metric', { name: METRICS.flagRequestDuration }],
    ['the name of a split metric', { name: 'feature_flag_requests' }],
  ])('that is %s is reported, and requests are recorded as usual', async (_name, requestMetric) => {
    const { registry, requests, warnings } = setup({ requestMetric: requestMetric as false });

    serve(requests, [['checkout-v2', 'on']]);

    const samples = await readMetrics(registry);
    expect(sum(samples, ALL_COUNT)).toBe(1);
    expect(sum(samples, COUNT)).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(/requestMetric must be false or \{ name: '…' \}/)]);
  });
});
