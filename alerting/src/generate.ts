/** `npm run generate -w alerting`: writes what is committed from demo.yml and examples/. */
import { main } from './cli';
import { committed } from './committed';

for (const args of committed) {
  const code = await main(args);
  if (code !== 0) {
    process.exit(code);
  }
}
