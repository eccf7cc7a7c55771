import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

const root = path.join(__dirname, '../..');
const MAX_LINES = 400;
/** As for Go's types, in `pkg/plugin/sizes_test.go`: with more methods a class has more than one subject. */
const MAX_METHODS = 20;

const leftOut = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage', 'testdata', 'output']);

/** The sources below a folder that somebody wrote by hand. */
function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      return leftOut.has(entry.name) ? [] : sourcesBelow(file);
    }
    return /\.(go|[cm]?[jt]sx?)$/.test(entry.name) && !entry.name.endsWith('.gen.ts') ? [file] : [];
  });
}

/** What is called on an instance or on the class: methods, accessors, and fields that hold a function. */
function methodsOf(node: ts.ClassLikeDeclaration): number {
  return node.members.filter(
    (member) =>
      ts.isMethodDeclaration(member) ||
      ts.isAccessor(member) ||
      (ts.isPropertyDeclaration(member) && member.initializer !== undefined && ts.isArrowFunction(member.initializer))
  ).length;
}

/** The classes of a source that have too many methods. */
function crowdedClasses(name: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      const methods = methodsOf(node);
      if (methods > MAX_METHODS) {
        found.push(`${name}: ${node.name?.text ?? 'a class'} has ${methods} methods`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest));
  return found;
}

const lines = (text: string): number => text.trimEnd().split('\n').length;

const sources = sourcesBelow(root);

test('there are sources to measure', () => {
  expect(sources.length).toBeGreaterThan(500);
});

test('no file is so long that it must have more than one subject', () => {
  const tooLong = sources.filter((file) => lines(readFileSync(file, 'utf8')) > MAX_LINES);
  expect(tooLong.map((file) => path.relative(root, file))).toEqual([]);
});

test('no class has more than one subject', () => {
  const typed = sources.filter((file) => !file.endsWith('.go'));
  expect(typed.flatMap((file) => crowdedClasses(path.relative(root, file), readFileSync(file, 'utf8')))).toEqual([]);
});

test('a crowded class is found', () => {
  const members = (n: number) => Array.from({ length: n }, (_, i) => `m${i}() {}`).join('\n');
  expect(crowdedClasses('x.ts', `class A { ${members(19)} get a() { return 1 } f = () => 1 }`)).toHaveLength(1);
  expect(crowdedClasses('x.ts', `class A { ${members(19)} get a() { return 1 } value = 1 }`)).toEqual([]);
});
