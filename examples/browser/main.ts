/** A service on node:http that serves a page and takes the page's events: what its visitors do, split by flag. */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { collectorHandler, createInstrumentation, metricsHandler } from '@flaglens/instrumentation';
import { build } from 'esbuild';
import { Registry } from 'prom-client';
import { flags } from '../flags';

const registry = new Registry();
const flaglens = createInstrumentation({
  registry,
  flags,
  events: {
    definitions: {
      // Only what is marked as `browser` is taken from a page.
      product_added: { browser: true, layer: 'user' },
      button_clicked: { browser: true, layer: 'user', kind: 'engagement', target: 'target', targets: ['buy', 'help'] },
    },
  },
});

// Stands for the build of the page.
const bundle = await build({
  entryPoints: [path.join(import.meta.dirname, 'page.ts')],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  conditions: ['@flaglens/source'],
});
const script = bundle.outputFiles[0]?.contents;
const page = await readFile(path.join(import.meta.dirname, 'page.html'));

const collect = collectorHandler({ events: flaglens.events });
const metrics = metricsHandler(registry);
const server = createServer((request, response) => {
  switch (request.url) {
    case '/events':
      void collect(request, response);
      break;
    case '/metrics':
      metrics(request, response);
      break;
    case '/page.js':
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      break;
    case '/':
      response
        .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': "default-src 'self'" })
        .end(page);
      break;
    default:
      response.writeHead(404).end();
  }
});
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log('listens on', server.address());
});
