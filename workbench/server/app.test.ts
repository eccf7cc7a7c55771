import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type DatasourceSettings, defaultSettings, prometheusSettings } from './settings';
import { startServer, type WorkbenchServer } from './startServer';

interface Seen {
  method: string;
  url: string;
  body: string;
}

const seen: Seen[] = [];
/** Paths of requests that were dropped before they were answered. */
const dropped: string[] = [];
const applied: DatasourceSettings[] = [];
let refuse: string | undefined;
let folder: string;
let server: WorkbenchServer;

/** Stands in for the bridge: notes what it is asked and answers in a way that tells. */
const upstream = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  response.once('close', () => response.writableFinished || dropped.push(request.url ?? ''));
  request.on('end', () => {
    if (request.url?.endsWith('/never')) {
      return;
    }
    if (request.url?.endsWith('/halves')) {
      response.write('first');
      return;
    }
    seen.push({ method: request.method ?? '', url: request.url ?? '', body });
    response.writeHead(418, { 'content-type': 'text/plain' }).end('from the bridge');
  });
});

async function put(name: string, content: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flaglens-app-'));
  await put('page/index.html', '<title>the page</title>');
  await put('page/main.js', 'page code');
  await put('dist/module.js', 'app code');
  await put('dist/datasource/module.js', 'datasource code');
  await put('dist/datasource/plugin.json', '{"id":"flaglens-datasource"}');
  await put('dist/datasource/gpx_flaglens_linux_amd64', 'binary');
  await put('dashboards/b.json', '{"uid":"b","title":"B"}');
  await put('dashboards/a.json', '{"uid":"a","title":"A","description":"first"}');
  await put('dashboards/other.json', '[]');
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  server = await startServer(
    {
      pluginFolder: path.join(folder, 'dist'),
      pageFolder: path.join(folder, 'page'),
      dashboardFolder: path.join(folder, 'dashboards'),
      bridge: {
        url: `http://127.0.0.1:${port}`,
        apply: (settings) => {
          if (refuse !== undefined) {
            return Promise.reject(new Error(refuse));
          }
          applied.push(settings);
          return Promise.resolve();
        },
      },
      datasources: [
        { ...defaultSettings('http://first'), secureJsonData: { token: 'secret' } },
        prometheusSettings('theirs', 'Their Prometheus', 'http://theirs'),
        { ...defaultSettings('http://fixed'), uid: 'fixed', name: 'Fixed', readOnly: true },
      ],
      info: { controlUrl: 'http://127.0.0.1:1' },
    },
    0
  );
});

afterAll(async () => {
  await server.close();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  seen.length = 0;
  refuse = undefined;
});

async function get(address: string): Promise<{ status: number; text: string }> {
  const response = await fetch(server.url + address);
  return { status: response.status, text: await response.text() };
}

/** Waits until it holds; a test that waits in vain ends by its own timeout. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Sends a path as it is; fetch would tidy it. */
function raw(target: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const done = (response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    };
    httpRequest({ host: '127.0.0.1', port, path: target, headers }, done).once('error', reject).end();
  });
}

test.each(['/', '/d/flaglens-feature?var-flag=x', '/explore', '/datasource', '/a/flaglens-app/setup'])(
  '%s is the page',
  async (address) => {
    await expect(get(address)).resolves.toEqual({ status: 200, text: '<title>the page</title>' });
  }
);

test.each([
  ['/main.js', 200, 'page code'],
  ['/public/plugins/flaglens-app/module.js', 200, 'app code'],
  ['/public/plugins/flaglens-datasource/module.js', 200, 'datasource code'],
  ['/api/plugins/flaglens-datasource/settings', 200, '{"id":"flaglens-datasource"}'],
  ['/api/workbench', 200, '{"controlUrl":"http://127.0.0.1:1"}'],
])('%s is served', async (address, status, text) => {
  await expect(get(address)).resolves.toEqual({ status, text });
});

test.each([
  '/public/plugins/flaglens-datasource/gpx_flaglens_linux_amd64',
  '/public/plugins/flaglens-app/datasource/gpx_flaglens_linux_amd64',
  '/public/plugins/unknown/module.js',
  '/api/plugins/unknown/settings',
  '/api/dashboards/uid/unknown',
  '/api/unknown',
])('%s is not served', async (address) => {
  await expect(get(address)).resolves.toMatchObject({ status: 404 });
});

test('icons of @grafana/ui are served', async () => {
  const { status, text } = await get('/public/build/img/icons/unicons/sync.svg');
  expect(status).toBe(200);
  expect(text).toContain('<svg');
});

test.each(['/../../package.json', '/public/plugins/flaglens-app/..%2f..%2fpage/index.html'])(
  '%s does not leave its folder',
  async (target) => {
    await expect(raw(target)).resolves.toBeGreaterThanOrEqual(400);
  }
);

test('dashboards are listed by title and given whole', async () => {
  expect(JSON.parse((await get('/api/search')).text)).toEqual([
    { uid: 'a', title: 'A', description: 'first' },
    { uid: 'b', title: 'B', description: '' },
  ]);
  expect(JSON.parse((await get('/api/dashboards/uid/b')).text)).toMatchObject({ dashboard: { uid: 'b', title: 'B' } });
});

test.each([
  ['POST', '/api/ds/query?ds_type=x', '{"queries":[]}'],
  ['POST', '/api/datasources/uid/flaglens/resources/promql', 'body'],
  ['GET', '/api/datasources/uid/flaglens/resources/variants?flag=a%22b', ''],
  ['GET', '/api/datasources/uid/flaglens/health', ''],
])('%s %s goes to the bridge as it is', async (method, url, body) => {
  const response = await fetch(server.url + url, {
    method,
    ...(body === '' ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  expect(response.status).toBe(418);
  await expect(response.text()).resolves.toBe('from the bridge');
  expect(seen).toEqual([{ method, url, body }]);
});

test('a hostile path reaches the backend, whose part it is to refuse it', async () => {
  await raw('/api/datasources/uid/flaglens/resources/../../api/v1/admin');
  expect(seen.map(({ url }) => url)).toEqual(['/api/datasources/uid/flaglens/resources/../../api/v1/admin']);
});

test('a query whose caller goes away before its answer goes away as well', async () => {
  const url = '/api/datasources/uid/flaglens/resources/never';
  const caller = new AbortController();
  const answer = fetch(server.url + url, { signal: caller.signal });
  setTimeout(() => caller.abort(), 100);
  await expect(answer).rejects.toThrow();
  await until(() => dropped.includes(url));
});

test('an answer is streamed: its first part is there before its end', async () => {
  const url = '/api/datasources/uid/flaglens/resources/halves';
  const caller = new AbortController();
  const response = await fetch(server.url + url, { signal: caller.signal });
  const part = await response.body?.getReader().read();
  expect(new TextDecoder().decode(part?.value as Uint8Array)).toBe('first');
  caller.abort();
  await until(() => dropped.includes(url));
});

test('settings are changed in memory and applied; secrets never come back', async () => {
  const response = await fetch(`${server.url}/api/datasources/uid/flaglens`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://second' }),
  });
  expect(response.status).toBe(200);
  expect(applied.at(-1)).toMatchObject({ url: 'http://second', secureJsonData: { token: 'secret' } });
  const { text } = await get('/api/datasources/uid/flaglens');
  expect(JSON.parse(text)).toMatchObject({ url: 'http://second', secureJsonFields: { token: true } });
  expect(text).not.toContain('secret');
});

async function send(method: string, address: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(server.url + address, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

test('a datasource is added under a uid of its own, put in force, changed once by who knows its version, and removed', async () => {
  const added = await send('POST', '/api/datasources', { name: 'New', type: 'flaglens-datasource', url: 'http://new' });
  expect(added).toMatchObject({ status: 200, body: { message: 'Datasource added', datasource: { version: 1 } } });
  const { uid } = (added.body as { datasource: { uid: string } }).datasource;
  expect(applied.at(-1)).toMatchObject({ uid, url: 'http://new' });
  const address = `/api/datasources/uid/${uid}`;
  await expect(send('PUT', address, { version: 1, url: 'http://newer' })).resolves.toMatchObject({ status: 200 });
  await expect(send('PUT', address, { version: 1, url: 'http://stale' })).resolves.toMatchObject({ status: 409 });
  expect((await get(address)).text).toContain('http://newer');
  expect((await fetch(server.url + address, { method: 'DELETE' })).status).toBe(200);
  await expect(get(address)).resolves.toMatchObject({ status: 404 });
});

test.each([
  ['POST', '/api/datasources', { name: 'Flaglens' }, 409, 'data source with the same name already exists'],
  ['POST', '/api/datasources', { type: 'flaglens-datasource' }, 400, 'bad request data'],
  ['POST', '/api/datasources', { name: 'X', type: 'prometheus' }, 400, /only flaglens-datasource is hosted/],
  ['PUT', '/api/datasources/uid/fixed', { url: 'http://x' }, 403, 'Cannot update read-only data source'],
  ['PUT', '/api/datasources/uid/none', { url: 'http://x' }, 404, 'Data source not found'],
])('%s %s with %j is refused with %d', async (method, address, body, status, message) => {
  await expect(send(method, address, body)).resolves.toEqual({
    status,
    body: { message: typeof message === 'string' ? message : (expect.stringMatching(message) as unknown) },
  });
});

test('those of another type are listed and not put in force', async () => {
  const all = JSON.parse((await get('/api/datasources')).text) as Array<{ uid: string; type: string }>;
  expect(all.map(({ uid, type }) => [uid, type])).toEqual([
    ['fixed', 'flaglens-datasource'],
    ['flaglens', 'flaglens-datasource'],
    ['theirs', 'prometheus'],
  ]);
  expect(applied.filter(({ uid }) => uid === 'theirs')).toEqual([]);
});

test('settings that the bridge refuses are not kept', async () => {
  refuse = 'refused: no';
  const response = await fetch(`${server.url}/api/datasources/uid/flaglens`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://third' }),
  });
  expect(response.status).toBe(400);
  await expect(response.json()).resolves.toEqual({ message: 'refused: no' });
  expect((await get('/api/datasources/uid/flaglens')).text).not.toContain('http://third');
});

test.each([
  [{ host: 'evil.example' }, 403],
  [{ origin: 'https://evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: 'http://localhost:3000' }, 200],
])('a request with %j is answered with %d', async (headers, status) => {
  await expect(raw('/api/workbench', headers as Record<string, string>)).resolves.toBe(status);
});
