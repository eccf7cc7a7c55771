import type { Request } from 'express';

/** A layer of a router's stack, as Express 4 and 5 make them. */
interface Layer {
  route?: unknown;
  handle?: { stack?: readonly Layer[] };
  /** Express 4. */
  regexp?: RegExp & { fast_slash?: boolean };
  /** Express 5. */
  matchers?: ReadonlyArray<(path: string) => false | { path: string }>;
  /** Express 5 with `router` 2.3 or later: what the layer was mounted on. */
  rawPath?: unknown;
}

/** Mounts that are known to have nothing in them but the developer's own text and names of parameters. */
const known = new Set<string>();
const MOST_KNOWN = 1000;

/** How Express 4 ends what it makes of a path that is text. */
const FROM_TEXT = /\(\?=\\\/\|\$\)\)*$/;

/**
 * The pattern of a mount, of which the router tells the path that it matched and the parameters' values. Undefined where the
 * mount is a regular expression that is not known: what it matches may be anybody's id.
 */
export function mountPattern(
  request: Request,
  path: string,
  params: Readonly<Record<string, unknown>>
): string | undefined {
  const named = withNames(path, params);
  if (known.has(named)) {
    return named;
  }
  const found = regularExpression(stackOf(request), path);
  if (found !== undefined) {
    return found instanceof RegExp ? String(found) : undefined;
  }
  if (known.size >= MOST_KNOWN) {
    known.clear();
  }
  known.add(named);
  return named;
}

/** Of the signs for private use in Unicode. */
const FIRST_SIGN = 0xe000;

/** The path with the names of its parameters in place of their values, the last parameter first. */
function withNames(path: string, params: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(params);
  let text = decoded(path);
  for (let i = names.length - 1; i >= 0; i--) {
    const value: unknown = params[names[i] ?? ''];
    const sought = Array.isArray(value) ? value.join('/') : typeof value === 'string' ? value : '';
    if (sought !== '') {
      // A sign for private use, so that no value is found in a name that was put in before.
      text = replaceLast(text, sought, String.fromCharCode(FIRST_SIGN + i));
    }
  }
  return text.replaceAll(/[\ue000-\uf8ff]/g, (sign) => `:${names[sign.charCodeAt(0) - FIRST_SIGN] ?? ''}`);
}

/** Replaces the last place where the value fills whole segments, else the last place where it stands. */
function replaceLast(text: string, sought: string, sign: string): string {
  let at = text.lastIndexOf(sought);
  for (let from = at; from >= 0; from = from === 0 ? -1 : text.lastIndexOf(sought, from - 1)) {
    const end = from + sought.length;
    if ((from === 0 || text[from - 1] === '/') && (end === text.length || text[end] === '/')) {
      at = from;
      break;
    }
  }
  return at < 0 ? text : text.slice(0, at) + sign + text.slice(at + sought.length);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function stackOf({ app }: Request): readonly Layer[] {
  // In Express 4 `app.router` throws.
  const { _router: four } = app as { _router?: { stack?: readonly Layer[] } };
  const { stack = [] } = four ?? (app as unknown as { router?: { stack?: readonly Layer[] } }).router ?? {};
  return stack;
}

/** The regular expression of a mount that matches this path, or true if there is one that is not known. */
function regularExpression(stack: readonly Layer[], path: string): RegExp | true | undefined {
  for (const layer of stack) {
    if (layer.route === undefined) {
      const found = ofLayer(layer, path) ?? regularExpression(layer.handle?.stack ?? [], path);
      if (found !== undefined) {
        return found;
      }
    }
  }
  return undefined;
}

function ofLayer({ regexp, rawPath, matchers }: Layer, path: string): RegExp | true | undefined {
  if (regexp !== undefined) {
    const own = regexp.fast_slash !== true && !FROM_TEXT.test(regexp.source);
    return own && matchesAll(regexp, path) ? regexp : undefined;
  }
  if (rawPath !== undefined) {
    return [rawPath].flat().find((each): each is RegExp => each instanceof RegExp && matchesAll(each, path));
  }
  const matcher = matchers?.find(({ name }) => name === 'regexpMatcher');
  const match = matcher?.(path);
  return match !== undefined && match !== false && match.path === path ? true : undefined;
}

function matchesAll(pattern: RegExp, path: string): boolean {
  // Without the flags that make a regular expression remember where it was.
  return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')).exec(path)?.[0] === path;
}
