/**
 * An ESLint rule against import circles that counts imports of types as well. import-x/no-cycle passes those over: they
 * are gone once compiled, but two files that know each other's types cannot be understood or moved apart.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

/** @typedef {{ specifier: string, position: number, file: string }} Import */

/** @type {Map<string, { changed: number, imports: Import[] }>} */
const known = new Map();

/** @param {string} file */
function isFile(file) {
  // Below what is a file itself, statSync throws.
  return existsSync(file) && statSync(file).isFile();
}

/**
 * The file of this tree that a relative specifier names; a package's is none of ours.
 *
 * @param {string} from
 * @param {string} specifier
 */
function resolve(from, specifier) {
  if (!specifier.startsWith('.')) {
    return undefined;
  }
  const target = path.resolve(path.dirname(from), specifier);
  // Sources call compiled files by the names that those will have.
  const bare = target.replace(/\.([cm]?)js$/, '.$1ts');
  return [target, bare, `${target}.ts`, `${target}.tsx`, path.join(target, 'index.ts'), path.join(target, 'index.tsx')]
    .filter((candidate) => /\.[cm]?tsx?$/.test(candidate))
    .find(isFile);
}

/**
 * What a file imports from this tree: values, types, lazily or to export it again.
 *
 * @param {string} file
 * @param {string} [text] what stands in it, where that is not what is stored
 * @returns {Import[]}
 */
function importsOf(file, text) {
  const changed = statSync(file).mtimeMs;
  const before = known.get(file);
  if (text === undefined && before?.changed === changed) {
    return before.imports;
  }
  const imports = ts.preProcessFile(text ?? readFileSync(file, 'utf8'), true, true).importedFiles.flatMap((found) => {
    const target = resolve(file, found.fileName);
    return target === undefined ? [] : [{ specifier: found.fileName, position: found.pos, file: target }];
  });
  known.set(file, { changed, imports });
  return imports;
}

/**
 * The shortest way from one file to another along imports; nothing where there is none.
 *
 * @param {string} from
 * @param {string} to
 * @returns {string[] | undefined} both ends included
 */
function wayBetween(from, to) {
  /** @type {Map<string, string | undefined>} */
  const cameFrom = new Map([[from, undefined]]);
  for (const file of cameFrom.keys()) {
    if (file === to) {
      const way = [];
      for (let step = /** @type {string | undefined} */ (file); step !== undefined; step = cameFrom.get(step)) {
        way.unshift(step);
      }
      return way;
    }
    for (const { file: next } of importsOf(file)) {
      if (!cameFrom.has(next)) {
        cameFrom.set(next, file);
      }
    }
  }
  return undefined;
}

/**
 * The imports of a file that lead back to it.
 *
 * @param {string} file an absolute path
 * @param {string} [text] what stands in it, where that is not what is stored
 * @returns {Array<{ position: number, way: string[] }>} where each import is written, and the files of the shortest circle
 */
export function circlesOf(file, text) {
  return importsOf(file, text).flatMap(({ position, file: next }) => {
    const way = wayBetween(next, file);
    return way ? [{ position, way: [file, ...way] }] : [];
  });
}

/** @type {import('eslint').Rule.RuleModule} */
const noCircle = {
  meta: { type: 'problem', messages: { circle: 'Import circle: {{way}}' }, schema: [] },
  create(context) {
    return {
      Program() {
        const { physicalFilename, sourceCode, cwd } = context;
        if (!isFile(physicalFilename)) {
          return;
        }
        for (const { position, way } of circlesOf(physicalFilename, sourceCode.text)) {
          context.report({
            loc: sourceCode.getLocFromIndex(position),
            messageId: 'circle',
            data: { way: way.map((step) => path.relative(cwd, step)).join(' -> ') },
          });
        }
      },
    };
  },
};

export const importCycles = { rules: { 'no-circle': noCircle } };
