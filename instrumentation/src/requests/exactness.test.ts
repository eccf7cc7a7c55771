import { OpenFeature, TypedInMemoryProvider } from '@openfeature/server-sdk';
import { Agent } from 'node:http';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import { eventually, pause, send, sendToLeave, type TestRequest } from '../testing/http.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { readMetrics, sum } from '../testing/readMetrics.js';
import { SERVERS } from '../testing/servers.js';

const TAGGED = `${METRICS.flagRequestDuration}_count`;
const UNTAGGED = `${METRICS.requestDuration}_count`;

/** Requests of one test, of which 100 are under way at a time. */
const TOTAL = 1000;
const CONCURRENCY = 100;

jest.setTimeout(60_000);

/** The flags of the tests with checkout-v2 on or off for everybody. */
function flagsWith(on: boolean) {
  return {
    'checkout-v2': { variants: { on: true, off: false }, defaultVariant: on ? 'on' : 'off', disabled: false },
    'search-ranking': {
      variants: { control: 'control', 'new-ranking': 'new' },
      defaultVariant: 'new-ranking',
      disabled: false,
    },
  } as const;
}

/** A real provider whose flag is switched on and off in the midst of the load. */
class Toggled {
  readonly provider = new TypedInMemoryProvider(flagsWith(false));
  toggles = 0;
  private readonly timer = setInterval(() => this.toggle(), 7);

  stop(): void {
    clearInterval(this.timer);
  }

  private toggle(): void {
    this.provider.putConfiguration(flagsWith(++this.toggles % 2 === 1));
  }
}

/** What the application saw: whose requests have arrived, and what checkout-v2 gave them. */
class Seen {
  readonly received = new Set<string>();
  readonly served = new Map<string, boolean>();

  /** How many were served the flag on, or off. */
  count(on: boolean): number {
    return [...this.served.values()].filter((value) => value === on).length;
  }
}

/** How the requests of a load end, by turns. */
const FATES = ['fine', 'fine', 'posted', 'fine', 'throws', 'posted', 'torn', 'leaves', 'leaves early', 'fine'] as const;
type Fate = (typeof FATES)[number];

const fateOf = (index: number): Fate => FATES[index % FATES.length] ?? 'fine';
const countOf = (fates: readonly Fate[]) =>
  Array.from({ length: TOTAL }, (_, index) => fateOf(index)).filter((fate) => fates.includes(fate)).length;

/**
 * Sends a request that is sure to arrive: on a busy machine a connection may lie idle for so long that the server closes it
 * just as it is used again, which the client then has to repeat.
 */
async function sendOnce(port: number, request: TestRequest & { user: string }, seen: Seen) {
  try {
    return await send(port, request);
  } catch (error) {
    if (seen.received.has(request.user)) {
      throw error;
    }
    return send(port, request);
  }
}

/** Sends one request to its fate. */
async function sendTo(port: number, index: number, agent: Agent, seen: Seen): Promise<void> {
  const user = `user-${String(index)}`;
  switch (fateOf(index)) {
    case 'fine':
      expect((await sendOnce(port, { path: `/items/${String(index)}`, user, agent }, seen)).status).toBe(200);
      return;
    case 'posted':
      await sendOnce(port, { path: `/items/${String(index)}`, method: 'POST', user, agent, body: { index } }, seen);
      return;
    case 'throws':
      expect((await sendOnce(port, { path: '/throw', user, agent }, seen)).status).toBe(500);
      return;
    case 'torn':
      await sendOnce(port, { path: '/torn', user, agent }, seen).catch(() => undefined);
      return;
    case 'leaves': {
      const leave = sendToLeave(port, { path: '/slow', user });
      await eventually(() => Promise.resolve(seen.served.has(user)));
      leave();
      return;
    }
    case 'leaves early': {
      const leave = sendToLeave(port, { path: '/slow', user });
      await eventually(() => Promise.resolve(seen.received.has(user)));
      leave();
      return;
    }
  }
}

async function load(port: number, seen: Seen): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  let next = 0;
  const worker = async () => {
    while (next < TOTAL) {
      await sendTo(port, next++, agent, seen);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  agent.destroy();
}

afterAll(() => OpenFeature.close());

describe.each(SERVERS)('%s', (_name, start) => {
  test(`${String(TOTAL)} requests, some failing, some aborted, under a flag that is switched on and off`, async () => {
    const registry = new Registry();
    const instrumentation = createInstrumentation({ registry, flags: TEST_FLAGS, providerName: 'in-memory' });
    const toggled = new Toggled();
    const client = await testClient(instrumentation.hooks, toggled.provider);
    const seen = new Seen();
    const server = await start({
      instrumentation,
      client,
      slow: () => pause(100),
      onReceived: (user) => seen.received.add(user),
      onServed: (user, on) => seen.served.set(user, on),
    });

    await load(server.port, seen);
    toggled.stop();
    // The clients are done, but the work for those who left goes on, and evaluates the last flags.
    await eventually(async () => sum(await readMetrics(registry), METRICS.evaluationSuccesses) === 2 * TOTAL);
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === TOTAL);
    await server.close();
    const samples = await readMetrics(registry);

    expect(toggled.toggles).toBeGreaterThan(10);
    expect(sum(samples, UNTAGGED)).toBe(TOTAL);
    for (const flag of ['checkout-v2', 'search-ranking']) {
      expect([flag, sum(samples, TAGGED, { feature_flag_key: flag })]).toEqual([flag, TOTAL]);
    }
    for (const [variant, on] of [
      ['on', true],
      ['off', false],
    ] as const) {
      const served = sum(samples, TAGGED, { feature_flag_key: 'checkout-v2', feature_flag_variant: variant });
      expect([variant, served]).toEqual([variant, seen.count(on)]);
      expect(served).toBeGreaterThan(TOTAL / 10);
    }
    for (const [name, flag] of [
      [UNTAGGED, {}],
      [TAGGED, { feature_flag_key: 'checkout-v2' }],
    ] as const) {
      const byStatus = (status: string, route = {}) => sum(samples, name, { ...flag, status, ...route });
      expect(byStatus('200', { route: '/items/:id' })).toBe(countOf(['fine', 'posted']));
      expect(byStatus('200')).toBe(countOf(['fine', 'posted']));
      expect(byStatus('500')).toBe(countOf(['throws', 'torn']));
      expect(byStatus('499')).toBe(countOf(['leaves', 'leaves early']));
    }
    expect(sum(samples, METRICS.internalErrors)).toBe(0);
    expect(sum(samples, METRICS.evaluationActive)).toBe(0);
  });
});
