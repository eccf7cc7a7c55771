import type { Options } from '@swc/core';

export function swcOptions(file: { tsx: boolean }): Options;
