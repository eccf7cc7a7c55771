/** `npm test`: installs what is missing, then hands over to test.ts. */
import { prepare } from './bootstrap.mjs';

await prepare();
await import('./test.ts');
