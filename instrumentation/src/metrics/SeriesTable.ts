import type { Labels } from '../labels/Labels.js';

/** A level of the tree: one label's values. */
interface Node<S> {
  readonly children: Map<string | undefined, Node<S>>;
  series: S | undefined;
}

/**
 * The series of one metric, found by their label values: one map for each label name, inside one another. A look-up
 * builds no key and hashes no more than the values, whose hashes the engine keeps.
 */
export class SeriesTable<S> {
  private readonly root: Node<S> = node();
  private readonly list: S[] = [];

  constructor(private readonly labelNames: readonly string[]) {}

  /** The series in the order of their creation. */
  get all(): readonly S[] {
    return this.list;
  }

  get size(): number {
    return this.list.length;
  }

  /** The series with exactly these values; undefined if there is none. */
  find(labels: Labels): S | undefined {
    let at = this.root;
    for (const name of this.labelNames) {
      const next = at.children.get(text(labels[name]));
      if (next === undefined) {
        return undefined;
      }
      at = next;
    }
    return at.series;
  }

  /** Puts a series where `find` looks for these values. */
  add(labels: Labels, series: S): S {
    let at = this.root;
    for (const name of this.labelNames) {
      const value = text(labels[name]);
      let next = at.children.get(value);
      if (next === undefined) {
        next = node();
        at.children.set(value, next);
      }
      at = next;
    }
    at.series = series;
    this.list.push(series);
    return series;
  }
}

function node<S>(): Node<S> {
  return { children: new Map(), series: undefined };
}

/** As the exposition will show it: the number 200 and the text "200" are one series. */
function text(value: string | number | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : value;
}
