/** Older versions of frameworks, installed under names of their own: what is used of them has the types of today. */
declare module 'express4' {
  export { default } from 'express';
}

declare module 'koa2' {
  export { default } from 'koa';
}
