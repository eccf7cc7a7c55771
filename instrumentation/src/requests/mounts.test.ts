import express, { type Express, type Router } from 'express';
import express4 from 'express4';
import { Registry } from 'prom-client';
import { METRICS, OTHER } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import { eventually, send, serve } from '../testing/http.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';
import { flaglensExpress } from './express.js';

jest.setTimeout(30_000);

const UNTAGGED = `${METRICS.requestDuration}_count`;

/** Serves an application, sends each path, and answers the routes that were counted, each with its count. */
async function routesOf(
  create: typeof express,
  build: (app: Express) => void,
  paths: readonly string[]
): Promise<Record<string, number>> {
  const registry = new Registry();
  const { requests } = createInstrumentation({ registry });
  const app = create();
  app.use(flaglensExpress({ requests }));
  build(app);
  const server = await serve(app);
  for (const path of paths) {
    await send(server.port, { path });
  }
  await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === paths.length);
  await server.close();
  const counted = matching(await readMetrics(registry), UNTAGGED).filter(({ value }) => value > 0);
  const routes: Record<string, number> = {};
  for (const { labels, value } of counted) {
    routes[labels.route ?? ''] = (routes[labels.route ?? ''] ?? 0) + value;
  }
  return routes;
}

const IDS = [
  '100001',
  'jane.doe@example.com',
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  'jane-doe',
  'J%C3%A4ne',
  'a%2Fb',
];

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s: no id becomes a route', (_name, create) => {
  const orders = (options = {}): Router => {
    const router = create.Router(options);
    router.get('/orders/:order', (_request, response) => {
      response.send('ok');
    });
    return router;
  };

  test.each([true, false])('of a router on a path with parameters (merged: %p)', async (mergeParams) => {
    const build = (app: Express) => app.use('/users/:user', orders({ mergeParams }));
    const routes = await routesOf(
      create,
      build,
      IDS.map((id) => `/users/${id}/orders/7`)
    );
    expect(routes).toEqual({ '/users/:user/orders/:order': IDS.length });
  });

  test('of routers in one another, whose parameters have the same name or value', async () => {
    const build = (app: Express) => {
      const teams = create.Router({ mergeParams: true });
      teams.use('/teams/:id', orders({ mergeParams: true }));
      app.use('/users/:id', teams);
    };
    const paths = ['/users/7/teams/7/orders/7', '/users/8/teams/9/orders/1', '/users/users/teams/teams/orders/orders'];
    expect(await routesOf(create, build, paths)).toEqual({ '/users/:id/teams/:id/orders/:order': 3 });
  });

  test('where a handler of the parameter puts something else in its place', async () => {
    const build = (app: Express) => {
      app.param('user', (request, _response, next) => {
        request.params.user = 'loaded';
        next();
      });
      app.use('/users/:user', orders());
    };
    expect(await routesOf(create, build, ['/users/41/orders/1', '/users/42/orders/1'])).toEqual({
      '/users/:user/orders/:order': 2,
    });
  });

  test('of an application within the application, and of a part of a segment', async () => {
    const build = (app: Express) => {
      const inner = create();
      inner.use(orders());
      app.use('/v:version/:user', inner);
    };
    expect(await routesOf(create, build, ['/v1/41/orders/1', '/v2/42/orders/1'])).toEqual({
      '/v:version/:user/orders/:order': 2,
    });
  });

  test('of a regular expression without groups', async () => {
    const build = (app: Express) => app.use(/^\/users\/[^/]+/, orders());
    const routes = await routesOf(create, build, ['/users/jane-doe/orders/1', '/users/41/orders/1']);
    expect(Object.values(routes)).toEqual([2]);
    expect(Object.keys(routes).join()).not.toMatch(/jane|41/);
  });

  test('what is mounted and answers by itself is a route, what nobody answers is none', async () => {
    const build = (app: Express) => {
      app.use('/graphql', (_request, response) => {
        response.send('ok');
      });
      app.use('/users/:user', orders());
    };
    expect(await routesOf(create, build, ['/graphql', '/users/5/nothing', '/wp-admin/5.php'])).toEqual({
      '/graphql': 1,
      unmatched: 2,
    });
  });
});

describe('what the service says of the route', () => {
  test("comes before the router's pattern where it says something", async () => {
    const registry = new Registry();
    const { requests } = createInstrumentation({ registry, onWarning: () => undefined });
    const app = express();
    app.use(
      flaglensExpress({
        requests,
        route: (request) => {
          if (request.path === '/items/broken') {
            throw new Error('no such thing');
          }
          return request.path === '/items/special' ? '/special' : undefined;
        },
      })
    );
    app.get('/items/:id', (_request, response) => {
      response.send('ok');
    });
    const server = await serve(app);
    for (const id of ['1', 'special', 'broken']) {
      await send(server.port, { path: `/items/${id}` });
    }
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === 3);
    await server.close();

    const samples = await readMetrics(registry);
    expect(sum(samples, UNTAGGED, { route: '/special' })).toBe(1);
    expect(sum(samples, UNTAGGED, { route: '/items/:id' })).toBe(2);
  });

  test('operations have a limit of their own, and a status is what the service says of it', async () => {
    const registry = new Registry();
    const { requests } = createInstrumentation({
      registry,
      limits: { operations: 2 },
      routes: [{ method: 'POST', route: '/graphql Registered' }],
    });
    const app = express();
    app.use(
      flaglensExpress({
        requests,
        operation: ({ headers }) => headers['x-operation']?.toString(),
        status: ({ headers }) => (headers['x-failed'] === undefined ? undefined : 500),
      })
    );
    app.use('/graphql', (_request, response) => {
      response.json({});
    });
    app.get('/items/:id', (_request, response) => {
      response.send('ok');
    });
    const server = await serve(app);
    const names = ['Price', 'Cart', 'Junk1', 'Junk2', 'Price', 'Registered', 'jane@example.com', '<script>'];
    for (const name of names) {
      const headers = { 'x-operation': name, ...(name === 'Cart' ? { 'x-failed': '1' } : {}) };
      await (await fetch(`http://127.0.0.1:${String(server.port)}/graphql`, { method: 'POST', headers })).text();
    }
    await send(server.port, { path: '/items/1' });
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === names.length + 1);
    await server.close();

    const counted = matching(await readMetrics(registry), UNTAGGED).filter(({ value }) => value > 0);
    expect(counted.map(({ labels, value }) => `${labels.route ?? ''} ${labels.status ?? ''} ${String(value)}`)).toEqual(
      expect.arrayContaining([
        '/graphql Registered 200 1',
        '/graphql Price 200 2',
        '/graphql Cart 500 1',
        `/graphql ${OTHER} 200 4`,
        '/items/:id 200 1',
      ])
    );
    expect(counted).toHaveLength(5);
  });
});
