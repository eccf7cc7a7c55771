import { type ESLint } from 'eslint';

/** The rule no-hand-typed: no list of the contract's words beside the generated ones. */
export const contractWords: ESLint.Plugin;
