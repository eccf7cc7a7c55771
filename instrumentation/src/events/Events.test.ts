import { Ajv } from 'ajv';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { createInstrumentation } from '../createInstrumentation';
import { readMetrics, matching, sum } from '../testing/readMetrics';
import type { EventOptions } from './options';

const FLAGS = [{ key: 'checkout-v2', variants: ['off', 'on'] }];
const ON = { feature_flag_key: 'checkout-v2', feature_flag_variant: 'on' };
const OFF = { feature_flag_key: 'checkout-v2', feature_flag_variant: 'off' };

function setUp(events: EventOptions) {
  const registry = new Registry();
  const warnings: string[] = [];
  const instrumentation = createInstrumentation({
    registry,
    flags: FLAGS,
    events,
    onWarning: (message) => warnings.push(message),
  });
  const read = async () => {
    await instrumentation.events.flush();
    return readMetrics(registry);
  };
  return { events: instrumentation.events, instrumentation, registry, warnings, read };
}

const dropped = async (read: () => ReturnType<typeof readMetrics>, reason: string) =>
  sum(await read(), 'flaglens_events_dropped_total', { reason });

describe('counting', () => {
  it('counts an event untagged and once for each flag, and starts everything at zero', async () => {
    const { events, read } = setUp({ definitions: { product_added: { layer: 'user' } } });
    const before = await read();
    expect(matching(before, 'event_total', { event: 'product_added', layer: 'user' })).toHaveLength(1);
    expect(matching(before, 'feature_flag_event_total', { event: 'product_added' }).map(({ value }) => value)).toEqual([
      0, 0,
    ]);
    events.track('product_added', {}, { flags: { 'checkout-v2': 'on' } });
    events.track('product_added');
    const after = await read();
    expect(sum(after, 'event_total', { event: 'product_added' })).toBe(2);
    expect(sum(after, 'feature_flag_event_total', { event: 'product_added', ...ON })).toBe(1);
    expect(sum(after, 'feature_flag_event_total', { event: 'product_added', ...OFF })).toBe(0);
  });

  it('takes the flags of the work under way at the time of tracking', async () => {
    const { events, instrumentation, read } = setUp({ definitions: { product_added: {} } });
    instrumentation.run({ route: 'job' }, () => {
      instrumentation.requests.tag('checkout-v2', () => 'off');
      events.track('product_added');
      instrumentation.requests.tag('other-flag', () => 'on');
    });
    const samples = await read();
    expect(sum(samples, 'feature_flag_event_total', OFF)).toBe(1);
    expect(sum(samples, 'feature_flag_event_total', { feature_flag_key: 'other-flag' })).toBe(0);
  });

  it('counts an event once under the flags that fold into one', async () => {
    const { events, read } = setUp({ definitions: { order_placed: {} } });
    const flags = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`given-${String(index)}`, 'on']));
    events.track('order_placed', {}, { flags });
    await events.flush();
    events.track('order_placed', {}, { flags: { 'beyond-1': 'on', 'beyond-2': 'on', 'beyond-3': 'off' } });
    const other = { event: 'order_placed', feature_flag_key: 'other' };
    const before = sum(await read(), 'feature_flag_event_total', other);
    events.track('order_placed', {}, { flags: { 'beyond-1': 'on', 'beyond-2': 'on', 'beyond-3': 'off' } });
    expect(sum(await read(), 'feature_flag_event_total', other) - before).toBe(1);
  });

  it('makes labels of closed sets and metrics of measurements', async () => {
    const { events, read } = setUp({
      definitions: {
        search_performed: {
          labels: { scope: ['all', 'shop'] },
          values: {
            resultCount: { metric: 'counter', unit: 'items' },
            duration: { metric: 'histogram', unit: 'seconds', buckets: [0.1, 1] },
            depth: { metric: 'gauge', unit: 'levels' },
          },
        },
      },
    });
    const flags = { 'checkout-v2': 'on' };
    events.track('search_performed', { scope: 'shop', resultCount: 3, duration: 0.5, depth: 2 }, { flags });
    events.track('search_performed', { scope: 'moon', resultCount: 4, duration: 5, depth: 7 }, { flags });
    events.track('search_performed', { scope: 'all', resultCount: -1 }, { flags });
    events.track('search_performed', { scope: 'all', duration: Number.NaN }, { flags });
    const samples = await read();
    expect(sum(samples, 'event_search_performed_total', { scope: 'shop' })).toBe(1);
    expect(sum(samples, 'event_search_performed_total', { scope: 'other' })).toBe(1);
    expect(sum(samples, 'event_search_performed_total', { scope: 'all' })).toBe(0);
    expect(sum(samples, 'feature_flag_event_search_performed_result_count_items_total', ON)).toBe(7);
    expect(sum(samples, 'feature_flag_event_search_performed_duration_seconds_bucket', { ...ON, le: '1' })).toBe(1);
    expect(sum(samples, 'feature_flag_event_search_performed_depth_levels', { ...ON, scope: 'other' })).toBe(7);
    expect(await dropped(read, 'invalid_properties')).toBe(2);
  });
});

describe('exposure and conversion', () => {
  const definitions = {
    order_completed: { kind: 'conversion' },
    link_shared: { kind: 'conversion', perUser: 'every' },
  } as const;

  it('counts an exposure once for each user, flag and variant, and a conversion for the exposed flags', async () => {
    const { events, read } = setUp({ definitions });
    for (const user of ['a', 'b', 'a', 'a']) {
      events.expose({ user, flags: { 'checkout-v2': 'on' } });
    }
    events.expose({ user: 'c', flags: { 'checkout-v2': 'off' } });
    // Tracked where no flag is known: the exposure is remembered.
    events.track('order_completed', {}, { user: 'a' });
    events.track('order_completed', {}, { user: 'a' });
    events.track('link_shared', {}, { user: 'a' });
    events.track('link_shared', {}, { user: 'a' });
    const samples = await read();
    expect(sum(samples, 'feature_flag_exposure_total', ON)).toBe(2);
    expect(sum(samples, 'feature_flag_exposure_total', OFF)).toBe(1);
    expect(sum(samples, 'conversion_total', { event: 'order_completed' })).toBe(1);
    expect(sum(samples, 'feature_flag_conversion_total', { event: 'order_completed', ...ON })).toBe(1);
    expect(sum(samples, 'feature_flag_conversion_total', { event: 'link_shared', ...ON })).toBe(2);
    expect(sum(samples, 'feature_flag_conversion_total', OFF)).toBe(0);
  });

  it('counts a user anew after the time to live, and one that had to make room', async () => {
    let now = 0;
    const { events, read } = setUp({ definitions, users: 2, userTtl: 60, now: () => now });
    const flags = { 'checkout-v2': 'on' };
    events.expose({ user: 'a', flags });
    await events.flush();
    now = 59_999;
    events.expose({ user: 'a', flags });
    await events.flush();
    now = 60_000;
    events.expose({ user: 'a', flags });
    events.expose({ user: 'b', flags });
    events.expose({ user: 'c', flags });
    events.expose({ user: 'a', flags });
    const samples = await read();
    expect(sum(samples, 'feature_flag_exposure_total', ON)).toBe(5);
    expect(sum(samples, 'flaglens_event_users_evicted_total')).toBe(2);
  });

  it('does not count as forgotten whom it would have forgotten anyway', async () => {
    let now = 0;
    const { events, read } = setUp({ definitions, users: 2, userTtl: 60, now: () => now });
    for (const user of ['a', 'b', 'c', 'd', 'e']) {
      events.expose({ user, flags: { 'checkout-v2': 'on' } });
      await events.flush();
      now += 60_000;
    }
    expect(sum(await read(), 'flaglens_event_users_evicted_total')).toBe(0);
  });

  it('tells once of an event that needs a user', async () => {
    const { events, read, warnings } = setUp({ definitions });
    events.expose({ flags: { 'checkout-v2': 'on' } });
    events.expose({ flags: { 'checkout-v2': 'on' } });
    expect(sum(await read(), 'feature_flag_exposure_total')).toBe(0);
    expect(sum(await read(), 'event_total', { event: 'feature_exposed' })).toBe(2);
    expect(warnings.filter((warning) => warning.includes('once for each user'))).toHaveLength(1);
  });
});

describe('funnels, revenue, engagement', () => {
  it('counts the steps of a funnel in their order, once for each user', async () => {
    const { events, read } = setUp({
      definitions: {
        cart_viewed: {},
        checkout_started: { kind: 'funnel step' },
        order_completed: { kind: 'conversion' },
      },
      funnels: { checkout: { steps: ['cart_viewed', 'checkout_started', 'order_completed'] } },
    });
    const step = (name: string, user: string) => events.track(name, {}, { user, flags: { 'checkout-v2': 'on' } });
    step('cart_viewed', 'a');
    step('cart_viewed', 'a');
    step('checkout_started', 'a');
    step('order_completed', 'a');
    step('cart_viewed', 'b');
    step('order_completed', 'b');
    const samples = await read();
    const counted = (name: string) =>
      sum(samples, 'feature_flag_funnel_step_total', { funnel: 'checkout', step: name, ...ON });
    expect(['cart_viewed', 'checkout_started', 'order_completed'].map(counted)).toEqual([2, 1, 1]);
    expect(sum(samples, 'funnel_step_total', { step: 'cart_viewed' })).toBe(2);
    expect(sum(samples, 'feature_flag_conversion_total', ON)).toBe(2);
  });

  it('sums revenue by currency, and refunds apart, so that no counter falls', async () => {
    const { events, read } = setUp({
      definitions: {
        order_paid: {
          kind: 'revenue',
          amount: 'amount',
          currency: 'currency',
          currencies: ['EUR', 'USD'],
          conversion: 'once',
        },
        order_refunded: { kind: 'revenue', amount: 'amount', currency: 'currency', currencies: ['EUR'], refund: true },
      },
    });
    const flags = { 'checkout-v2': 'on' };
    events.track('order_paid', { amount: 20, currency: 'EUR' }, { user: 'a', flags });
    events.track('order_paid', { amount: 5.5, currency: 'EUR' }, { user: 'a', flags });
    events.track('order_paid', { amount: -2, currency: 'EUR' }, { user: 'a', flags });
    events.track('order_refunded', { amount: 3, currency: 'EUR' }, { user: 'a', flags });
    events.track('order_paid', { amount: 7, currency: 'XYZ' }, { user: 'a', flags });
    for (const amount of [Number.NaN, Infinity, '9', undefined, 1e13]) {
      events.track('order_paid', { amount, currency: 'EUR' }, { flags });
    }
    const samples = await read();
    expect(sum(samples, 'feature_flag_revenue_total', { currency: 'EUR', ...ON })).toBe(25.5);
    expect(sum(samples, 'feature_flag_revenue_events_total', { currency: 'EUR', ...ON })).toBe(2);
    expect(sum(samples, 'feature_flag_refund_total', { currency: 'EUR', ...ON })).toBe(5);
    expect(sum(samples, 'refund_events_total', { currency: 'EUR' })).toBe(2);
    expect(sum(samples, 'revenue_total', { currency: 'other' })).toBe(7);
    expect(sum(samples, 'feature_flag_conversion_total', ON)).toBe(1);
    expect(await dropped(read, 'invalid_properties')).toBe(5);
  });

  it('counts interactions by target', async () => {
    const { events, read } = setUp({
      definitions: { button_clicked: { kind: 'engagement', target: 'button', targets: ['buy', 'back'] } },
    });
    events.track('button_clicked', { button: 'buy' }, { flags: { 'checkout-v2': 'off' } });
    events.track('button_clicked', { button: 'x'.repeat(900) }, { flags: { 'checkout-v2': 'off' } });
    const samples = await read();
    expect(sum(samples, 'feature_flag_interaction_total', { target: 'buy', ...OFF })).toBe(1);
    expect(sum(samples, 'interaction_total', { target: 'other' })).toBe(1);
    expect(sum(samples, 'interaction_total', { target: 'back' })).toBe(0);
  });
});

describe('sampling', () => {
  it('counts each sampled event as 1/rate: right in expectation', async () => {
    let drawn = 0;
    const { events, read } = setUp({
      definitions: { page_viewed: { sampleRate: 0.1 }, order_failed: { sampleRate: 0.1, critical: true } },
      // Every tenth number lies below the rate.
      random: () => (drawn++ % 10) / 10,
    });
    for (let index = 0; index < 1000; index++) {
      events.track('page_viewed');
      events.track('order_failed');
    }
    const samples = await read();
    expect(sum(samples, 'event_total', { event: 'page_viewed' })).toBeCloseTo(1000, 6);
    expect(sum(samples, 'event_total', { event: 'order_failed' })).toBe(1000);
    expect(sum(samples, 'flaglens_events_dropped_total')).toBe(0);
  });

  it('draws users, not events, for what counts once for each user', async () => {
    const { events, read } = setUp({
      definitions: { order_completed: { kind: 'conversion', sampleRate: 0.25 } },
      userKey: 'fixed',
    });
    for (let user = 0; user < 4000; user++) {
      for (let again = 0; again < 2; again++) {
        events.track('order_completed', {}, { user, flags: { 'checkout-v2': 'on' } });
      }
    }
    const samples = await read();
    const converted = sum(samples, 'feature_flag_conversion_total', ON);
    // Binomial: 4000 users, a quarter drawn, each counting 4; the standard deviation is 4 sqrt(4000 * 3/16) = 110.
    expect(Math.abs(converted - 4000)).toBeLessThan(4 * 110);
    // Both events of a drawn user are counted, and none of the others.
    expect(sum(samples, 'event_total', { event: 'order_completed' })).toBe(2 * converted);
  });
});

describe('what is dropped', () => {
  const schema = z.strictObject({ plan: z.enum(['free', 'pro']), seats: z.number().int().positive() });

  it.each([
    ['invalid_name', 'clicked', {}],
    ['invalid_name', 'Product Added', {}],
    ['invalid_name', '__proto__', {}],
    ['invalid_name', 'a'.repeat(40) + '_' + 'b'.repeat(40), {}],
    ['unknown_event', 'cart_exploded', {}],
    ['invalid_properties', 'plan_chosen', { plan: 'gold', seats: 1 }],
    ['invalid_properties', 'plan_chosen', { plan: 'free', seats: 1.5 }],
    ['invalid_properties', 'plan_chosen', {}],
    ['invalid_properties', 'seat_added', { seats: 0 }],
    ['invalid_properties', 'seat_removed', { seats: 'many' }],
    ['personal_data', 'plan_chosen', { plan: 'free', seats: 1, email: 'x' }],
    ['personal_data', 'plan_chosen', { plan: 'someone@example.org', seats: 1 }],
    ['personal_data', 'seat_added', { seats: 1, note: { deep: [{ text: 'call +44 20 7946 0958' }] } }],
    ['too_large', 'seat_added', { seats: 1, note: 'x'.repeat(1_000_000) }],
    ['too_large', 'seat_added', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${String(i)}`, i]))],
    ['failed', 'seat_broken', { seats: 1 }],
    ['failed', 'seat_delayed', { seats: 1 }],
  ] as const)('is counted as %s: %s', async (reason, name, properties) => {
    const { events, read, warnings } = setUp({
      definitions: {
        plan_chosen: { schema },
        seat_added: {
          schema: { type: 'object', required: ['seats'], properties: { seats: { type: 'integer', minimum: 1 } } },
        },
        seat_removed: { schema: { safeParse: (value) => ({ success: !JSON.stringify(value).includes('many') }) } },
        seat_broken: {
          schema: {
            safeParse: () => {
              throw new Error('someone@example.org');
            },
          },
        },
        seat_delayed: { schema: z.object({ seats: z.number() }).refine(() => Promise.resolve(true)) },
      },
      jsonSchema: new Ajv(),
    });
    events.track(name, properties);
    const samples = await read();
    expect(matching(samples, 'flaglens_events_dropped_total').filter(({ value }) => value > 0)).toEqual([
      expect.objectContaining({ labels: { reason }, value: 1 }),
    ]);
    expect(sum(samples, 'event_total')).toBe(0);
    expect(warnings.filter((warning) => warning.includes('dropped'))).toHaveLength(
      reason === 'too_large' && 'k1' in properties ? 0 : 1
    );
    expect(warnings.join()).not.toContain('example');
  });

  it('counts what its schemas take', async () => {
    const { events, read } = setUp({
      definitions: {
        plan_chosen: { schema, labels: { plan: ['free', 'pro'] } },
        seat_added: { schema: { type: 'object', required: ['seats'] } },
      },
      jsonSchema: new Ajv(),
    });
    events.track('plan_chosen', { plan: 'pro', seats: 2 });
    events.track('seat_added', { seats: 2 });
    expect(sum(await read(), 'event_total')).toBe(2);
    expect(sum(await read(), 'event_plan_chosen_total', { plan: 'pro' })).toBe(1);
  });

  it.each([
    ['JSON Schema without a compiler', { seat_added: { schema: { type: 'object' } } }, 'new Ajv()'],
    ['a name that is none', { added: {} }, 'object_action'],
    ['a label that is personal data', { seat_added: { labels: { userEmail: ['a'] } } }, 'personal data'],
    [
      'a histogram without buckets',
      { seat_added: { values: { wait: { metric: 'histogram', unit: 'seconds' } } } },
      'buckets',
    ],
    ['a rate of zero', { seat_added: { sampleRate: 0 } }, 'sampleRate'],
    ['a measurement of browsers', { web_vital_measured: {} }, 'browsers'],
  ] as const)('tells of a definition that cannot be used: %s', (_name, definitions, words) => {
    const { warnings } = setUp({ definitions: definitions });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(words);
  });
});

describe('the queue', () => {
  it('never grows beyond its size, and counts what it has no room for', async () => {
    const { events, read } = setUp({ definitions: { page_viewed: {} }, queueSize: 100 });
    for (let index = 0; index < 1000; index++) {
      events.track('page_viewed');
    }
    expect(events.room).toBe(0);
    expect(sum(await read(), 'event_total')).toBe(100);
    expect(await dropped(read, 'queue_full')).toBe(900);
    expect(events.room).toBe(100);
  });

  it('counts by itself between the turns of the event loop, and leaves them to others', async () => {
    const { events, registry } = setUp({ definitions: { page_viewed: { schema: z.object({}) } }, queueSize: 50_000 });
    for (let index = 0; index < 50_000; index++) {
      events.track('page_viewed', { index });
    }
    let turns = 0;
    while (events.room < 50_000) {
      turns++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(turns).toBeGreaterThan(20);
    expect(sum(await readMetrics(registry), 'event_total')).toBe(50_000);
  });

  it('takes nothing after shutdown, and keeps what it had', async () => {
    const { events, read } = setUp({ definitions: { page_viewed: {} }, interval: 60_000 });
    events.track('page_viewed');
    await events.shutdown();
    events.track('page_viewed');
    expect(sum(await read(), 'event_total')).toBe(1);
    expect(await dropped(read, 'closed')).toBe(1);
  });

  it('leaves the event as it was when it was tracked', async () => {
    const { events, read } = setUp({ definitions: { plan_chosen: { labels: { plan: ['free', 'pro'] } } } });
    const properties = { plan: 'free' };
    events.track('plan_chosen', properties);
    properties.plan = 'pro';
    expect(sum(await read(), 'event_plan_chosen_total', { plan: 'free' })).toBe(1);
  });
});
