import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { build } from 'esbuild';

import type { WireBatch, WireEvent } from '../../../instrumentation/src/events/wire';
import { chromium as launchOptions } from '../../support/chromium';

/** What happens to a batch instead of reaching the collector. `lost`: it does, but its answer never arrives. */
export type Fault = { status: number; retryAfter?: number } | 'lost' | 'broken';

/** A batch as it came in. */
export interface Arrival {
  batch: WireBatch;
  /** Milliseconds since 1970. */
  at: number;
  /** What was done with it; `taken` if the collector has it. */
  fate: 'taken' | 'refused';
  contentType: string;
  bytes: number;
}

/** A site whose pages send events to a real service, in whose way faults can be put, and a real Chromium that visits it. */
export class BrowserLab {
  readonly arrivals: Arrival[] = [];
  /** Faults of the next batches, one each; afterwards there are none. */
  readonly faults: Fault[] = [];
  /** The query of the batches that {@link arrivals} takes: pages of an earlier test may be late. */
  query = '';
  /** What pages said that their content security policy forbade. */
  readonly violations: string[] = [];
  readonly #server: Server;
  readonly #script: string;
  #service!: ChildProcess;
  #servicePort = 0;
  #browser!: Browser;

  private constructor(script: string) {
    this.#script = script;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<BrowserLab> {
    const { outputFiles } = await build({
      entryPoints: [path.join(__dirname, 'browserPage.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      conditions: ['@flaglens/source'],
    });
    const lab = new BrowserLab(outputFiles[0]?.text ?? '');
    await new Promise<void>((resolve) => lab.#server.listen(0, '127.0.0.1', resolve));
    const node = ['--import', 'tsx', '--conditions', '@flaglens/source', path.join(__dirname, 'eventsService.ts')];
    const service = spawn(process.execPath, node, {
      env: { ...process.env, SITE: lab.origin },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    lab.#service = service;
    const [port] = (await once(service.stdout, 'data')) as [Buffer];
    lab.#servicePort = Number(port.toString());
    // Playwright turns the back/forward cache off, which real pages live with.
    lab.#browser = await chromium.launch({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
    return lab;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#service.kill();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Where the service itself is, past this site and its faults. */
  get service(): string {
    return `http://127.0.0.1:${this.#servicePort}`;
  }

  /** The sum of the service's series with this name and these labels. */
  async metric(name: string, labels: Record<string, string> = {}): Promise<number> {
    const text = await (await fetch(`${this.service}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => new RegExp(`^${name}[{ ]`).test(line))
      .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  }

  /** Forgets what the last test left. */
  reset(): void {
    this.arrivals.length = this.faults.length = this.violations.length = 0;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A visitor with storage of their own. */
  visitor(): Promise<BrowserContext> {
    return this.#browser.newContext();
  }

  /** Opens a page of the site. `path` may be `/sandboxed`, whose storage throws. */
  async open(visitor: BrowserContext, where = '/'): Promise<Page> {
    const page = await visitor.newPage();
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) {
        this.violations.push(message.text());
      }
    });
    await page.goto(new URL(where, this.origin).href);
    return page;
  }

  /** Events that the collector has taken, a repeated batch once. */
  taken(): WireEvent[] {
    const batches = new Map(
      this.arrivals.filter(({ fate }) => fate === 'taken').map(({ batch }) => [batch.id, batch] as const)
    );
    return [...batches.values()].flatMap(({ events }) => events);
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(incoming.url ?? '/', this.origin);
    if (pathname === '/collect' || pathname === '/open') {
      await this.#collect(pathname, search, incoming, response);
    } else if (pathname === '/lab.js') {
      response.setHeader('content-type', 'text/javascript').end(this.#script);
    } else if (pathname === '/favicon.ico') {
      response.writeHead(204).end();
    } else {
      // Strict: no inline scripts, no eval, connections to this machine alone.
      const sandbox = pathname === '/sandboxed' ? '; sandbox allow-scripts' : '';
      const policy = `default-src 'none'; script-src 'self'; connect-src http://127.0.0.1:*${sandbox}`;
      response.setHeader('content-security-policy', policy).setHeader('content-type', 'text/html');
      response.setHeader('set-cookie', 'visitor=secret; Path=/');
      response.end(html);
    }
  }

  async #collect(pathname: string, search: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) {
      chunks.push(chunk as Buffer);
    }
    const body = Buffer.concat(chunks);
    const fault = search === '' || search === this.query ? this.faults.shift() : undefined;
    let fate: Arrival['fate'] = 'refused';
    let status = 503;
    if (fault === undefined || fault === 'lost') {
      const { headers, statusCode = 0 } = await this.#pass(pathname, incoming.headers, body);
      status = statusCode;
      fate = status === 204 ? 'taken' : 'refused';
      for (const [name, value] of Object.entries(headers)) {
        response.setHeader(name, value ?? '');
      }
    } else if (fault !== 'broken') {
      status = fault.status;
      response.setHeader('retry-after', String(fault.retryAfter ?? ''));
      response.setHeader('access-control-allow-origin', '*');
    }
    const arrival: Arrival = {
      batch: JSON.parse(body.toString()) as WireBatch,
      at: Date.now(),
      fate,
      contentType: String(incoming.headers['content-type']),
      bytes: body.byteLength,
    };
    if (search === '' || search === this.query) {
      this.arrivals.push(arrival);
    }
    if (fault === 'lost' || fault === 'broken') {
      incoming.socket.destroy();
      return;
    }
    response.writeHead(status).end();
  }

  /** Passes a batch on as a proxy would, with the names that the browser gave. */
  #pass(where: string, headers: IncomingMessage['headers'], body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port: this.#servicePort, path: where, method: 'POST', headers });
      outgoing.on('error', reject).on('response', (answer) => resolve(answer.resume()));
      outgoing.end(body);
    });
  }
}

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Shop</title>
    <script src="/lab.js"></script>
  </head>
  <body>
    <h1>Shop</h1>
    <button data-flaglens-click="buy"><b>Buy</b></button>
    <button data-flaglens-click="other">Other</button>
    <button id="plain">Plain</button>
  </body>
</html>
`;
