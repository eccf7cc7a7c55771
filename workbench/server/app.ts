import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';

import { Dashboards } from './content';
import { Datasources, Refused } from './Datasources';
import { refusal } from './guard';
import { proxy } from './proxy';
import { type DatasourceSettings } from './settings';

/** The plugins that dist/ holds, by id, and the folder of each. */
const pluginFolders: Record<string, string> = {
  'flaglens-app': '',
  'flaglens-datasource': 'datasource',
  'flaglens-panel': 'panel',
};

/** What the page learns of where it runs. */
export interface WorkbenchInfo {
  /** The demo's control page; absent on a Prometheus of the user. */
  controlUrl?: string;
}

/** The bridge as the server needs it. */
export interface BridgeHandle {
  url: string;
  apply: (settings: DatasourceSettings) => Promise<void>;
}

export interface AppOptions {
  /** The built plugin, dist/. */
  pluginFolder: string;
  /** The bundled page, workbench/dist. */
  pageFolder: string;
  dashboardFolder: string;
  bridge: BridgeHandle;
  /** The datasources to begin with. */
  datasources: readonly DatasourceSettings[];
  info: WorkbenchInfo;
}

/**
 * The workbench's server: the page, the plugin's files, the settings of datasources (in memory, until the end), and
 * Grafana's HTTP shapes, passed on to the bridge.
 */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    const reason = refusal(request.headers);
    if (reason !== undefined) {
      return reply.code(403).send({ message: reason });
    }
    return undefined;
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('X-Content-Type-Options', 'nosniff').header('Referrer-Policy', 'same-origin');
  });
  await app.register(files, options);
  await app.register(datasourceRoutes, options);
  await app.register(bridgeRoutes, options);
  app.get('/api/workbench', () => options.info);
  const dashboards = new Dashboards(options.dashboardFolder);
  app.get('/api/search', () => dashboards.list());
  app.get<{ Params: { uid: string } }>('/api/dashboards/uid/:uid', async (request, reply) => {
    const dashboard = await dashboards.get(request.params.uid);
    return dashboard === undefined
      ? reply.code(404).send({ message: 'Dashboard not found' })
      : { dashboard, meta: { canSave: false, provisioned: true } };
  });
  app.get<{ Params: { id: string } }>('/api/plugins/:id/settings', async (request, reply) => {
    const folder = pluginFolders[request.params.id];
    if (folder === undefined) {
      return reply.code(404).send({ message: 'Plugin not found' });
    }
    const manifest = await readFile(path.join(options.pluginFolder, folder, 'plugin.json'), 'utf8');
    return reply.type('application/json').send(manifest);
  });
  return app;
}

async function files(app: FastifyInstance, { pluginFolder, pageFolder }: AppOptions): Promise<void> {
  const uiPackage = path.dirname(createRequire(import.meta.url).resolve('@grafana/ui/package.json'));
  await app.register(fastifyStatic, { root: pageFolder, prefix: '/', wildcard: true, cacheControl: false });
  for (const [id, folder] of Object.entries(pluginFolders)) {
    await app.register(fastifyStatic, {
      root: path.join(pluginFolder, folder),
      prefix: `/public/plugins/${id}/`,
      decorateReply: false,
      cacheControl: false,
      // The backend binary and the nested plugins are not files of the page.
      allowedPath: (file) => !file.includes('gpx_'),
    });
  }
  await app.register(fastifyStatic, {
    // Some icons that the components ask for are not in the package; the page brings those.
    root: [path.join(uiPackage, 'dist/public/img/icons'), path.join(pageFolder, 'icons')],
    prefix: '/public/build/img/icons/',
    decorateReply: false,
  });
  app.setNotFoundHandler(async (request, reply) => {
    // Pages are routed in the browser, so that every address of theirs is the one document.
    const isPage = request.method === 'GET' && !/^\/(api|public)\//.test(request.url);
    return isPage ? reply.sendFile('index.html') : reply.code(404).send({ message: 'Not found' });
  });
}

async function datasourceRoutes(app: FastifyInstance, { bridge, datasources }: AppOptions): Promise<void> {
  const all = await Datasources.start(datasources, (settings) => bridge.apply(settings));
  app.setErrorHandler(async (error: unknown, _request, reply) =>
    reply
      .code(error instanceof Refused ? error.status : 400)
      .send({ message: error instanceof Error ? error.message : String(error) })
  );
  app.get('/api/datasources', () => all.list());
  app.post('/api/datasources', async ({ body }) => {
    const datasource = await all.add(body);
    return { id: datasource.id, name: datasource.name, message: 'Datasource added', datasource };
  });
  const one = '/api/datasources/uid/:uid';
  app.get<{ Params: { uid: string } }>(one, ({ params }) => all.get(params.uid));
  app.put<{ Params: { uid: string } }>(one, async ({ params, body }) => ({
    message: 'Datasource updated',
    datasource: await all.update(params.uid, body),
  }));
  app.delete<{ Params: { uid: string } }>(one, ({ params }) => {
    all.remove(params.uid);
    return { message: 'Data source deleted' };
  });
}

async function bridgeRoutes(app: FastifyInstance, { bridge }: AppOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  // The body is not ours to read: it is piped.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  await app.register((scope, _options, done) => {
    for (const url of [
      '/api/ds/query',
      `/api/datasources/uid/:uid/resources`,
      `/api/datasources/uid/:uid/resources/*`,
      `/api/datasources/uid/:uid/health`,
    ]) {
      scope.all(url, (request, reply) => {
        reply.hijack();
        proxy(bridge.url, request.raw, reply.raw);
      });
    }
    done();
  });
}
