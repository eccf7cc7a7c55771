/** `npm run generate -w cli`: writes what is committed from demo.yml and examples/. */
import { main } from '../src/main';
import { committed } from './committed';
import { buildFresh } from './fresh';

await buildFresh();
for (const args of committed) {
  const code = await main(args);
  if (code !== 0) {
    process.exit(code);
  }
}
