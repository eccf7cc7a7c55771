/** `npm start`: sets up what is missing, then hands over to start.ts. */
import { prepare } from './bootstrap.mjs';

await prepare();
await import('./start.ts');
