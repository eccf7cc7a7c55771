import { type ESLint } from 'eslint';

/** The imports of a file that lead back to it: where each is written, and the files of the shortest circle. */
export function circlesOf(file: string, text?: string): Array<{ position: number; way: string[] }>;

/** The rule no-circle: no import circle, those of types alone included. */
export const importCycles: ESLint.Plugin;
