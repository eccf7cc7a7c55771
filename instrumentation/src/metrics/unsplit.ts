type Method = (...args: unknown[]) => unknown;

/** The methods of prom-client's metrics, for what is none: calls come to nothing. */
const METRIC_METHODS = ['inc', 'dec', 'set', 'observe', 'startTimer', 'setToCurrentTime', 'labels', 'remove', 'reset'];

/**
 * What stands for a metric that cannot be split: the metric itself, recorded as before, which also has the methods that
 * split metrics have. So code that was written for a split metric neither throws nor loses a value.
 */
export function unsplit(metric: unknown): object {
  const original = isObject(metric) ? metric : nothing();
  const extra: Record<PropertyKey, Method> = {
    child: (labels) => {
      const made = call(original, 'labels', [labels]);
      return unsplit(isObject(made) ? made : original);
    },
    // What the metric does not have comes to nothing.
    inc: () => undefined,
    observe: () => undefined,
    zero: () => undefined,
    has: () => false,
    incFor: (_tags, ...args) => call(original, 'inc', args),
    observeFor: (_tags, ...args) => call(original, 'observe', args),
  };
  return new Proxy(original, {
    get(target, key) {
      const own: unknown = Reflect.get(target, key, target);
      if (own === undefined) {
        return Object.hasOwn(extra, key) ? extra[key] : undefined;
      }
      // Bound, since a metric may have private fields, which a proxy has not.
      return typeof own === 'function' && key !== 'constructor' ? (own as Method).bind(target) : own;
    },
  });
}

function call(metric: object, method: string, args: unknown[]): unknown {
  const found: unknown = Reflect.get(metric, method, metric);
  return typeof found === 'function' ? (found as Method).apply(metric, args) : undefined;
}

function nothing(): object {
  return Object.fromEntries(METRIC_METHODS.map((method) => [method, () => undefined]));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
