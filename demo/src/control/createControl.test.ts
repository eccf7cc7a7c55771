import type { FastifyInstance } from 'fastify';
import { initialState } from '../state';
import { createControl, type StateHolder } from './createControl';

let holder: StateHolder;
let app: FastifyInstance;
let url: string;

beforeEach(async () => {
  holder = { state: initialState() };
  app = createControl(holder);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(() => app.close());

async function put(path: string, body: string): Promise<{ status: number; answer: unknown }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method: 'PUT', headers, body });
  return { status: response.status, answer: await response.json() };
}

test('begins with every feature rolled out and two faults on', async () => {
  expect(await (await fetch(`${url}/api/state`)).json()).toEqual({
    percentages: { 'checkout-v2': 50, 'search-ranking': 50, recommendations: 50, 'order-history': 20 },
    faults: {
      'checkout-v2-slow-tail': true,
      'search-ranking-errors': true,
      'application-slow': false,
      'application-errors': false,
    },
    rps: 80,
  });
});

test.each([
  [
    '/api/flags/checkout-v2',
    { percentage: 12.5 },
    { percentages: { ...initialState().percentages, 'checkout-v2': 12.5 } },
  ],
  [
    '/api/flags/recommendations',
    { percentage: 0 },
    { percentages: { ...initialState().percentages, recommendations: 0 } },
  ],
  ['/api/faults/application-slow', { on: true }, { faults: { ...initialState().faults, 'application-slow': true } }],
  ['/api/load', { rps: 200 }, { rps: 200 }],
])('PUT %s %j changes that and nothing else', async (path, body, change) => {
  const expected = { ...initialState(), ...change };
  expect(await put(path, JSON.stringify(body))).toEqual({ status: 200, answer: expected });
  expect(holder.state).toEqual(expected);
});

test.each([
  ['/api/flags/checkout-v2', '{"percentage": 101}', 400, /percentage.*0 to 100/],
  ['/api/flags/checkout-v2', '{"percentage": -1}', 400, /percentage.*0 to 100/],
  ['/api/flags/checkout-v2', '{"percentage": "50"}', 400, /percentage.*0 to 100/],
  ['/api/flags/checkout-v2', '{"percentage": 1e999}', 400, /percentage.*0 to 100/],
  ['/api/flags/checkout-v2', '{"percentage": null}', 400, /percentage.*0 to 100/],
  ['/api/flags/checkout-v2', '{}', 400, /percentage.*0 to 100/],
  ['/api/flags/checkout-v2', 'null', 400, /percentage.*0 to 100/],
  ['/api/flags/checkout-v2', '[]', 400, /percentage.*0 to 100/],
  ['/api/flags/checkout-v2', '{"percentage": 5', 400, /JSON/],
  ['/api/flags/no-such-flag', '{"percentage": 5}', 404, /no flag no-such-flag.*checkout-v2/],
  ['/api/flags/__proto__', '{"percentage": 5}', 404, /no flag/],
  ['/api/flags/constructor', '{"percentage": 5}', 404, /no flag/],
  ['/api/faults/no-such-fault', '{"on": true}', 404, /no fault no-such-fault.*search-ranking-errors/],
  ['/api/faults/application-slow', '{"on": "yes"}', 400, /"on": true/],
  ['/api/load', '{"rps": 201}', 400, /rps.*0 to 200/],
  ['/api/load', '{"rps": -1}', 400, /rps.*0 to 200/],
  ['/api/nothing', '{}', 404, /page is at/],
])('PUT %s %s is refused with %d and says why', async (path, body, status, message) => {
  const refused = await put(path, body);
  expect(refused.status).toBe(status);
  expect(refused.answer).toEqual({ error: expect.stringMatching(message) as string });
  expect(holder.state).toEqual(initialState());
});

test('a page of another site cannot change anything, and its form not at all', async () => {
  const preflight = await fetch(`${url}/api/load`, {
    method: 'OPTIONS',
    headers: { origin: 'https://example.com', 'access-control-request-method': 'PUT' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  const form = await fetch(`${url}/api/load`, { method: 'POST', body: new URLSearchParams({ rps: '0' }) });
  expect(form.status).toBeGreaterThanOrEqual(400);
  expect(holder.state).toEqual(initialState());
});

test('the page names every flag, fault and the load, each with a label', async () => {
  const response = await fetch(url);
  const page = await response.text();
  expect(response.headers.get('content-type')).toContain('text/html');
  const controls = [...page.matchAll(/data-url="([^"]+)"/g)].map(([, path]) => path);
  expect(controls).toEqual([
    ...Object.keys(initialState().percentages).map((key) => `/api/flags/${key}`),
    ...Object.keys(initialState().faults).map((name) => `/api/faults/${name}`),
    '/api/load',
  ]);
  expect(page.match(/<label>/g)).toHaveLength(controls.length);
  expect(page).toContain('color-scheme: light dark');
});

test('the page says up to when its past is simulated, and nothing of one where there is none', async () => {
  expect(await (await fetch(url)).text()).not.toContain('simulated history');
  const withPast = createControl(holder, 1_800_000_000);
  try {
    const page = await (await fetch(await withPast.listen({ host: '127.0.0.1', port: 0 }))).text();
    expect(page).toMatch(/<time datetime="2027-01-15T08:00:00.000Z">.*simulated history/);
  } finally {
    await withPast.close();
  }
});

test('the inbox takes notifications, shows them newest first, and forgets them on demand', async () => {
  const post = (body: string, type = 'application/json') =>
    fetch(`${url}/api/notifications`, { method: 'POST', headers: { 'content-type': type }, body });
  const list = async () =>
    ((await (await fetch(`${url}/api/notifications`)).json()) as { notifications: Array<{ id: number }> })
      .notifications;

  expect((await post('{"status": "firing", "alerts": []}')).status).toBe(202);
  expect((await post('{"status": "resolved", "alerts": []}')).status).toBe(202);
  expect((await list()).map(({ id }) => id)).toEqual([2, 1]);

  // A page of another site can send no JSON without being asked first; what it can send is refused.
  expect((await post('{"alerts": []}', 'text/plain')).status).toBe(400);
  expect((await post('{"alerts": 7}')).status).toBe(400);
  expect((await post(JSON.stringify({ alerts: ['x'.repeat(1 << 19)] }))).status).toBe(413);
  expect(await list()).toHaveLength(2);

  expect((await fetch(`${url}/api/notifications`, { method: 'DELETE' })).status).toBe(204);
  expect(await list()).toEqual([]);
});
