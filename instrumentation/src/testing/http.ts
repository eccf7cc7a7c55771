import { Agent, request, type IncomingMessage, type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback with a port of its own. */
export interface TestServer {
  port: number;
  close(): Promise<void>;
}

/** Starts a real server for the listener. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a test sends. */
export interface TestRequest {
  method?: string;
  path: string;
  user?: string;
  body?: unknown;
  agent?: Agent;
}

/** Sends a request; answers its status and text, and rejects if the connection breaks. */
export function send(port: number, options: TestRequest): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { 'x-user': options.user ?? '1' };
    if (options.body !== undefined) {
      headers['content-type'] = 'application/json';
    }
    const outgoing = request(
      { host: '127.0.0.1', port, method: options.method ?? 'GET', path: options.path, headers, agent: options.agent },
      (response: IncomingMessage) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      }
    );
    outgoing.on('error', reject);
    outgoing.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}

/** Sends a request and drops the connection after so many milliseconds. */
export async function sendAndLeave(port: number, options: TestRequest, afterMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, path: options.path, headers: { 'x-user': options.user ?? '1' } });
    outgoing.on('error', () => resolve());
    outgoing.on('response', (response) => response.on('error', () => resolve()).resume());
    outgoing.end();
    setTimeout(() => outgoing.destroy(), afterMs);
  });
}

/** Waits until `check` holds, for what happens on a server after its client is done. */
export async function eventually(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await check())) {
    if (Date.now() > deadline) {
      throw new Error('did not come true within 5 s');
    }
    await pause(10);
  }
}

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Sends `total` requests with `concurrency` of them under way at any time, over kept-alive connections. */
export async function flood(
  port: number,
  total: number,
  concurrency: number,
  requestAt: (index: number) => TestRequest
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  let next = 0;
  const worker = async () => {
    while (next < total) {
      const index = next++;
      await send(port, { ...requestAt(index), agent });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  agent.destroy();
}
