/** Older versions of frameworks, installed under names of their own: what is used of them has the types of today. */
declare module 'express4' {
  export { default } from 'express';
}

declare module 'koa2' {
  export { default } from 'koa';
}

/** As much of it as the tests use. */
declare module 'express-ws' {
  import type { Express } from 'express';
  import type { WebSocket } from 'ws';

  export interface Application extends Express {
    ws(path: string, handler: (socket: WebSocket) => void): void;
  }
  export default function expressWs(app: Express): { app: Application };
}
