import { Registry, type Metric, type OpenMetricsContentType } from 'prom-client';
import { setImmediate } from 'node:timers/promises';
import type { Format } from './negotiate.js';
import { unitOf } from './unitOf.js';

/** A registry of prom-client, whatever format it was made for. */
export type MetricsRegistry = Registry | Registry<OpenMetricsContentType>;

/** What the content type of each format is. */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** A metric family as prom-client's metrics answer it, on its way to a scrape. */
interface Family {
  name: string;
  help: string;
  type: string;
  values: readonly unknown[];
}

/** What prom-client has beyond its types: the data of a metric in the compact form that its own rendering uses. */
type RenderedMetric = Metric & { getForPromString?: () => Promise<Family> };

/** What prom-client has beyond its types: the rendering of one metric. */
interface Renderer {
  getMetricsAsString(metric: { get: () => Family }): Promise<string>;
}

/** All metrics of a registry, read at one time. */
export interface Snapshot {
  registry: MetricsRegistry;
  families: readonly Family[];
}

/** A metric that could not be read; the cause says why. */
export class CollectionError extends Error {
  constructor(
    readonly metric: string,
    cause: unknown
  ) {
    super(`the metric "${metric}" could not be collected`, { cause });
  }
}

/** Samples that are rendered at one go: about a millisecond's work. */
const SLICE = 500;

/** Milliseconds after which rendering lets other work have its turn. */
const TURN = 4;

/**
 * Reads all metrics, `collect` functions included.
 *
 * @throws CollectionError that names the metric
 */
export async function takeSnapshot(registry: MetricsRegistry): Promise<Snapshot> {
  const metrics: readonly RenderedMetric[] = registry.getMetricsAsArray() as unknown as RenderedMetric[];
  const families = await Promise.all(metrics.map((metric) => read(metric)));
  return { registry, families: families.map((family) => withOwnName(family, registry)) };
}

/**
 * Renders a snapshot in a format. Long expositions are rendered in slices between which the service's own work goes
 * on.
 *
 * prom-client chooses the format by the registry's content type, and takes `_total` off the names of the counters
 * for good when that is OpenMetrics. Therefore it is given a view of the registry with another content type, and
 * families in place of the metrics.
 */
export async function renderExposition({ registry, families }: Snapshot, format: Format): Promise<string> {
  const renderer = viewOf(registry, format);
  const parts: string[] = [];
  const taken = new Set(families.map(({ name }) => name));
  let resumed = performance.now();
  for (const family of families) {
    const { values, ...shown } = format === 'openmetrics' ? forOpenMetrics(family, taken) : family;
    for (let from = 0; from === 0 || from < values.length; from += SLICE) {
      const slice: Family = { ...shown, values: values.slice(from, from + SLICE) };
      const text = await renderer.getMetricsAsString({ get: () => slice });
      parts.push(from === 0 ? withHead(text, shown.name, format) : withoutHead(text));
      if (performance.now() - resumed > TURN) {
        await setImmediate();
        resumed = performance.now();
      }
    }
  }
  if (format === 'openmetrics') {
    parts.push('# EOF');
  }
  return parts.map((part) => `${part}\n`).join('');
}

async function read(metric: RenderedMetric): Promise<Family> {
  try {
    if (metric.getForPromString !== undefined) {
      return await metric.getForPromString();
    }
    // Its types call the type of a metric a number, which in truth is its name.
    return (await metric.get()) as unknown as Family;
  } catch (error) {
    throw new CollectionError((metric as unknown as { name: string }).name, error);
  }
}

/** A registry made for OpenMetrics adds `_total` to the names of its counters, and may have taken it off before. */
function withOwnName(family: Family, registry: MetricsRegistry): Family {
  const renamed = family.type === 'counter' && registry.contentType === Registry.OPENMETRICS_CONTENT_TYPE;
  return renamed && !family.name.endsWith('_total') ? { ...family, name: `${family.name}_total` } : family;
}

/**
 * A family as OpenMetrics wants it: a counter's own name lacks the `_total` of its samples. A counter whose name does
 * not end so, or whose family's name is taken by another metric, is of type `unknown`: a scrape finds the same
 * series in either format.
 */
function forOpenMetrics(family: Family, taken: ReadonlySet<string>): Family {
  if (family.type !== 'counter') {
    return family;
  }
  const name = family.name.replace(/_total$/, '');
  return name === family.name || taken.has(name) ? { ...family, type: 'unknown' } : { ...family, name };
}

/** The registry with its labels, but another content type; the registry itself is left as it is. */
function viewOf(registry: MetricsRegistry, format: Format): Renderer {
  const view = Object.create(registry, { contentType: { value: CONTENT_TYPES[format] } }) as Partial<Renderer>;
  if (typeof view.getMetricsAsString !== 'function') {
    throw new Error('this version of prom-client cannot render a single metric; version 15.1 can');
  }
  return view as Renderer;
}

/** The first two lines say HELP and TYPE: line breaks in a help text are escaped. */
function withHead(text: string, name: string, format: Format): string {
  if (format === 'text') {
    return text;
  }
  const end = text.indexOf('\n');
  // Its escapes are those of label values, whereas the text format leaves quotes as they are.
  const help = text.slice(0, end).replaceAll('"', '\\"');
  const unit = unitOf(name);
  return `${help}${unit === undefined ? '' : `\n# UNIT ${name} ${unit}`}${text.slice(end)}`;
}

function withoutHead(text: string): string {
  return text.slice(text.indexOf('\n', text.indexOf('\n') + 1) + 1);
}
