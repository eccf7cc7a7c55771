import type { Command } from './Command';
import { rules } from './rules/command';

/** Every command by its name. */
export const commands: ReadonlyMap<string, Command> = new Map([['rules', rules]]);
