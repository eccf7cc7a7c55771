import { createServer } from 'node:net';

import { freePort, isFree } from './ports';

test('a port is free until somebody listens', async () => {
  const port = await freePort();
  await expect(isFree(port)).resolves.toBe(true);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve));
  await expect(isFree(port)).resolves.toBe(false);
  await new Promise((resolve) => server.close(resolve));
  await expect(isFree(port)).resolves.toBe(true);
});
