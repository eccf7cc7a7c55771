import { IncomingMessage, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { added, batch, closeCollectors, ORIGIN, post, setUp } from '../testing/collector';
import { allowedOrigin } from './origins';

afterEach(closeCollectors);

describe('origins', () => {
  const asked = (headers: IncomingHttpHeaders) => Object.assign(new IncomingMessage(new Socket()), { headers });

  it('compares with the host of HTTP/2, and admits nobody where no host is named', () => {
    const origin = 'https://shop.example';
    expect(allowedOrigin(asked({ origin, ':authority': 'shop.example' }), 'same-origin')).toBe(origin);
    expect(allowedOrigin(asked({ origin, ':authority': 'other.example' }), 'same-origin')).toBeUndefined();
    expect(allowedOrigin(asked({ origin: 'null' }), 'same-origin')).toBeUndefined();
    expect(allowedOrigin(asked({ origin: 'nonsense' }), 'same-origin')).toBeUndefined();
  });

  it('answers a preflight', async () => {
    const { port } = await setUp();
    const answer = await post(port, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Content-Type, Content-Encoding',
    });
    expect((await post(port, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });

  it.each([
    ['same-origin', 'http://shop.example:8080', 204],
    ['same-origin', 'http://shop.example', 403],
    ['same-origin', undefined, 403],
    ['*', 'https://anywhere.example', 204],
    ['*', undefined, 204],
  ] as const)('%s: %s', async (origins, origin, status) => {
    const { port } = await setUp({ origins });
    const headers: OutgoingHttpHeaders = { host: 'shop.example:8080', origin };
    expect((await post(port, { body: batch([added()]), headers })).status).toBe(status);
  });
});
