/**
 * An ESLint rule against lists of the contract's words that are typed by hand: query types, states, columns of a frame.
 * They are generated from the Go code; a list beside it drifts without anybody noticing. A choice among the words is
 * typed by one of the generated types, so that the compiler holds it to them, and is not all of them.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** @typedef {{ name: string, type: string | undefined, values: string[] }} WordSet */

const file = path.join(import.meta.dirname, '../../schema/constants/constants.json');

/** @type {{ enums: Array<{ Name: string, Type: string, Values: string[] }>, layouts: Array<{ Name: string, Columns: Array<{ Name: string }> }> }} */
const constants = JSON.parse(readFileSync(file, 'utf8'));

/** @type {WordSet[]} */
const enums = constants.enums.map(({ Name, Type, Values }) => ({ name: Name, type: Type, values: Values }));
/** @type {WordSet[]} */
const columns = constants.layouts.map(({ Name, Columns }) => ({
  name: `${Name}_COLUMNS`,
  type: undefined,
  values: Columns.map((column) => column.Name),
}));

/** Types that take parts of another type by name: those are no list of words. */
const PARTS = new Set(['Pick', 'Omit', 'Extract', 'Exclude']);

/**
 * The set of the contract that holds all of some words, two at least.
 *
 * @param {readonly string[]} words
 * @param {readonly WordSet[]} sets
 */
function setOf(words, sets) {
  return new Set(words).size < 2 ? undefined : sets.find(({ values }) => words.every((word) => values.includes(word)));
}

/** @param {any} node an expression or a type */
function wordOf(node) {
  const literal = node?.type === 'TSLiteralType' ? node.literal : node;
  return literal?.type === 'Literal' && typeof literal.value === 'string' ? literal.value : undefined;
}

/**
 * The words of a list whose every part is one; nothing of any other list.
 *
 * @param {any[]} nodes
 * @returns {string[]}
 */
function wordsOf(nodes) {
  const words = nodes.map(wordOf);
  return words.every((word) => word !== undefined) ? words : [];
}

/**
 * Whether the compiler holds a list to a generated type: by what it is declared or said to satisfy.
 *
 * @param {any} node
 * @param {(node: any) => string} textOf
 */
function typesAround(node, textOf) {
  for (let at = node.parent, inner = node; at; inner = at, at = at.parent) {
    if (at.type === 'TSSatisfiesExpression') {
      return textOf(at.typeAnnotation);
    }
    if (at.type === 'VariableDeclarator') {
      return at.init === inner && at.id.typeAnnotation ? textOf(at.id.typeAnnotation) : '';
    }
    if (at.type !== 'TSAsExpression') {
      return '';
    }
  }
  return '';
}

/** @type {import('eslint').Rule.RuleModule} */
const noHandTyped = {
  meta: {
    type: 'problem',
    messages: { typed: 'These are words of {{name}}: take them from src/contract/constants.gen.ts.' },
    schema: [],
  },
  create(context) {
    const textOf = (/** @type {any} */ node) => context.sourceCode.getText(node);
    return {
      /** @param {any} node */
      ArrayExpression(node) {
        const words = wordsOf(node.elements);
        const set = setOf(words, enums) ?? setOf(words, columns);
        if (set === undefined) {
          return;
        }
        const chosen = new Set(words).size < set.values.length;
        const typed = enums.some(({ type, values }) => {
          const named = type !== undefined && new RegExp(`\\b${type}\\b`).test(typesAround(node, textOf));
          return named && words.every((word) => values.includes(word));
        });
        if (!(chosen && typed)) {
          context.report({ node, messageId: 'typed', data: { name: set.name } });
        }
      },
      /** @param {any} node */
      TSUnionType(node) {
        const user = node.parent?.type === 'TSTypeParameterInstantiation' ? node.parent.parent : undefined;
        const set = setOf(wordsOf(node.types), enums);
        if (set !== undefined && !PARTS.has(user?.typeName?.name)) {
          context.report({ node, messageId: 'typed', data: { name: set.name } });
        }
      },
    };
  },
};

export const contractWords = { rules: { 'no-hand-typed': noHandTyped } };
