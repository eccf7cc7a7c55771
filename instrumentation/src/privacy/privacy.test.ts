import type { Provider } from '@openfeature/server-sdk';
import fc from 'fast-check';
import { request } from 'node:http';
import { Counter, Registry } from 'prom-client';
import { z } from 'zod';
import { collectorHandler } from '../collector/collectorHandler';
import { createInstrumentation, type Instrumentation } from '../createInstrumentation';
import { serve } from '../testing/http';
import { testClient, testProvider } from '../testing/openFeature';

const FLAGS = [{ key: 'checkout-v2', variants: ['off', 'on'] }];

/** Names that occur in nothing that is exposed by itself. */
const NAMES = ['Zerbinetta Quux', 'Østen Brøndahl', 'Xochitl Vyshinsky', "Wren O'Ddball", '張偉明'];

/** An identifier as services have them: it looks like no address and no number. */
const identifier = fc.stringMatching(/^user-[g-z]{6,10}$/);
const phone = fc
  .tuple(
    fc.constantFrom('+1 ', '+49', '0044-', '('),
    fc.integer({ min: 200, max: 999 }),
    fc.integer({ min: 1_000_000, max: 9_999_999 })
  )
  .map(([prefix, area, number]) => `${prefix}${String(area)}${prefix === '(' ? ') ' : ' '}${String(number)}`);
const address = fc.emailAddress().filter((text) => text.length > 8);

/** Somebody, with what must be found nowhere. */
const person = fc.record({ email: address, phone, name: fc.constantFrom(...NAMES), id: identifier, ip: fc.ipV4() });
type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

interface Parts {
  instrumentation: Instrumentation;
  registry: Registry;
  said: string[];
  port: number;
  split: { inc: (labels: Record<string, string>) => void };
}

async function setUp(): Promise<Parts & { close: () => Promise<void> }> {
  const registry = new Registry();
  const said: string[] = [];
  const instrumentation = createInstrumentation({
    registry,
    flags: FLAGS,
    dimensions: { scope: 'scope' },
    limits: { flags: 10_000, variantsPerFlag: 10_000, dimensionValues: 10_000, labelValues: 10_000, routes: 10_000 },
    events: {
      definitions: {
        plan_chosen: {
          browser: true,
          labels: { plan: ['free', 'pro'] },
          values: { seats: { metric: 'counter', unit: 'items' } },
        },
        form_sent: { browser: true, schema: z.looseObject({ plan: z.string() }), labels: { plan: ['free'] } },
        button_clicked: { browser: true, kind: 'engagement', target: 'button', targets: ['buy'] },
        order_paid: {
          browser: true,
          kind: 'revenue',
          amount: 'amount',
          currency: 'currency',
          currencies: ['EUR'],
          conversion: 'once',
        },
        step_failed: {
          schema: {
            safeParse: (value) => {
              throw new Error(JSON.stringify(value));
            },
          },
        },
      },
      funnels: { buying: { steps: ['plan_chosen', 'order_paid'] } },
    },
    onWarning: (message) => said.push(message),
  });
  const handler = collectorHandler({
    events: instrumentation.events,
    origins: '*',
    perClient: { perSecond: 1e9, burst: 1e9 },
    overall: { perSecond: 1e9, burst: 1e9 },
    user: ({ headers }) => {
      if (headers['x-user'] === undefined) {
        throw new Error(headers['x-failure'] as string);
      }
      return decodeURIComponent(headers['x-user'] as string);
    },
  });
  const server = await serve((incoming, response) => void handler(incoming, response));
  const counter = new Counter({ name: 'jobs_total', help: 'Jobs', labelNames: ['kind'], registers: [registry] });
  // The untagged metric is the application's own, with the labels that it gives it: the twin is ours.
  registry.removeSingleMetric('jobs_total');
  const split = instrumentation.split(counter);
  return { instrumentation, registry, said, port: server.port, split, close: () => server.close() };
}

/** Every form that a value can be handed over in. */
function forms({ email, phone, name, id, ip }: Person): Array<Record<string, unknown>> {
  return [
    { email },
    { userEmail: { value: email } },
    { plan: email },
    { plan: phone, seats: 1 },
    { plan: ip },
    { name },
    { plan: 'free', firstName: name },
    { plan: 'free', contact: [{ full_name: name }] },
    { [email]: 1 },
    { plan: 'free', note: `ask ${email} or ${phone}` },
    { user_id: id },
    { plan: id },
    { plan: name },
    { button: name },
    { button: id },
    { amount: email, currency: name },
    { amount: 1, currency: id },
  ];
}

function post(port: number, body: unknown, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, method: 'POST', headers: { 'content-type': 'text/plain', ...headers }, agent: false },
      (response) => resolve(response.resume().statusCode ?? 0)
    )
      .on('error', reject)
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** Hands somebody over wherever something can be handed over. */
async function handOver({ instrumentation, port, split }: Parts, someone: Person, batch: number): Promise<number> {
  const { events, requests, hooks } = instrumentation;
  const { email, phone, name, id, ip } = someone;
  const texts = [
    email,
    phone,
    ip,
    JSON.stringify({ name }),
    JSON.stringify([{ customerName: name, email }]),
    `name=${name}`,
  ];
  for (const text of texts) {
    // As flag, variant, route, method, name of an event, label of a split metric.
    events.track('plan_chosen', { plan: 'free' }, { user: id, flags: { 'checkout-v2': text, [text]: 'on' } });
    instrumentation.run({ route: text, method: text }, () => {
      requests.tag('checkout-v2', () => text);
      requests.tag(text, () => text);
      events.track('plan_chosen', { plan: 'pro' }, { user: email });
      split.inc({ kind: text });
      split.inc({ [text]: 'x' });
    });
    events.track(text, {});
  }
  for (const name of ['plan_chosen', 'form_sent', 'button_clicked', 'order_paid', 'step_failed', 'feature_exposed']) {
    for (const properties of forms(someone)) {
      events.track(name, properties, { user: id });
      events.track(name, properties, { user: email, flags: { 'checkout-v2': 'on' } });
    }
  }
  events.define(email, {});
  events.define('field_seen', { labels: { plan: [email] } });
  events.track(name, { name }, { user: phone });
  const client = await testClient(hooks, testProvider());
  await client.getBooleanValue('checkout-v2', false, { targetingKey: id, email, phone, name });
  await client.getStringValue(email, name, { targetingKey: email });
  // A dimension from the flag's metadata, and a value that no variant stands for.
  const odd = testProvider();
  const answers = {
    ...odd,
    metadata: odd.metadata,
    resolveStringEvaluation: () => Promise.resolve({ value: phone, flagMetadata: { scope: email } }),
    resolveObjectEvaluation: () => Promise.resolve({ value: { name, email }, reason: phone }),
    resolveNumberEvaluation: () => Promise.reject(new Error(email)),
  };
  const served = await testClient(hooks, answers as unknown as Provider);
  await served.getStringValue('greeting', name, { targetingKey: id });
  await served.getObjectValue('greeting', {}, { targetingKey: id });
  await served.getNumberValue('greeting', 0, { targetingKey: id });
  const names = ['plan_chosen', 'form_sent', 'button_clicked', 'order_paid', 'feature_exposed', 'web_vital_measured'];
  const frame = { v: 1, sent: 1, id: `batch-${String(batch).padStart(16, '0')}`, session: 's'.repeat(16) };
  const sent = names.flatMap((n) =>
    forms(someone).map((p) => ({ n, t: 1, f: { 'checkout-v2': email, [email]: name }, p }))
  );
  const status = await post(port, { ...frame, events: sent }, { 'x-user': encodeURIComponent(id) });
  await post(port, { ...frame, session: email, events: [{ n: email, t: 1 }] }, { 'x-user': encodeURIComponent(email) });
  await post(port, `{"email":"${email}`, { 'x-user': 'one', origin: `https://${encodeURIComponent(email)}` });
  await post(
    port,
    { ...frame, id: `${frame.id}x`, events: [{ n: 'plan_chosen', t: 1, p: {} }] },
    {
      'x-failure': encodeURIComponent(email),
    }
  );
  await events.flush();
  return status;
}

/** What must not be found of somebody. */
function traces({ email, phone, name, id, ip }: Person): string[] {
  // The part before the @ is looked for where it is long enough to be no word of ours.
  const local = email.split('@')[0] ?? '';
  const digits = phone.replaceAll(/\D/g, '');
  return [email, phone, digits, name, id, ip, ...(local.length > 10 ? [local] : [])];
}

describe('nothing of a person that is handed over anywhere', () => {
  let parts: Awaited<ReturnType<typeof setUp>>;
  let spies: jest.SpyInstance[];
  const logged: string[] = [];

  beforeAll(async () => {
    const note = (...texts: unknown[]) => {
      logged.push(texts.map(String).join(' '));
    };
    spies = [
      jest.spyOn(console, 'log').mockImplementation(note),
      jest.spyOn(console, 'warn').mockImplementation(note),
      jest.spyOn(console, 'error').mockImplementation(note),
      jest.spyOn(process, 'emitWarning').mockImplementation(note),
    ];
    parts = await setUp();
  });

  afterAll(async () => {
    for (const spy of spies) {
      spy.mockRestore();
    }
    await parts.close();
  });

  it('is found in the metrics, the warnings or the logs', async () => {
    let batch = 0;
    await fc.assert(
      fc.asyncProperty(person, async (someone) => {
        expect(await handOver(parts, someone, batch++)).toBe(204);
        const text = [
          await parts.registry.metrics(),
          JSON.stringify(await parts.registry.getMetricsAsJSON()),
          ...parts.said,
          ...logged,
        ]
          .join('\n')
          .toLowerCase();
        expect(traces(someone).filter((trace) => text.includes(trace.toLowerCase()))).toEqual([]);
      }),
      { numRuns: 40 }
    );
    // The test would find nothing either if nothing were counted.
    const metrics = await parts.registry.metrics();
    expect(metrics).toMatch(/flaglens_events_dropped_total\{reason="personal_data"\} [1-9]\d\d/);
    expect(metrics).toMatch(/event_plan_chosen_total\{plan="free"\} [1-9]/);
    expect(metrics).toMatch(/feature_flag_jobs_total\{[^}]*kind="other"\} [1-9]/);
    expect(metrics).toMatch(/feature_flag_evaluation_success_total\{[^}]*scope="other"\} [1-9]/);
    expect(parts.said.length).toBeGreaterThan(5);
  }, 120_000);
});
