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

/** Posts a body of which the server has the head first and the rest in two later packets. */
export function sendSlowly(port: number, options: TestRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(options.body);
    const headers = {
      'x-user': options.user ?? '1',
      'content-type': 'application/json',
      'content-length': text.length,
    };
    const outgoing = request({ host: '127.0.0.1', port, method: 'POST', path: options.path, headers }, (response) => {
      response.on('end', resolve).resume();
    });
    outgoing.on('error', reject);
    outgoing.flushHeaders();
    setTimeout(() => outgoing.write(text.slice(0, 5)), 30);
    setTimeout(() => outgoing.end(text.slice(5)), 60);
  });
}

/** Sends a request; what it answers drops the connection, whether or not there has been an answer. */
export function sendToLeave(port: number, options: TestRequest): () => void {
  const headers = { 'x-user': options.user ?? '1' };
  const outgoing = request({ host: '127.0.0.1', port, path: options.path, headers, agent: false });
  outgoing.on('error', () => undefined);
  outgoing.on('response', (response) => response.on('error', () => undefined).resume());
  outgoing.end();
  return () => outgoing.destroy();
}

/** Waits until `check` holds, for what happens on a server after its client is done. */
export async function eventually(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > deadline) {
      throw new Error('did not come true within 20 s');
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
