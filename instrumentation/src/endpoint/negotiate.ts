/** The two formats that a Prometheus reads. */
export type Format = 'text' | 'openmetrics';

/** One entry of an Accept header. */
interface Choice {
  /** Lower case. */
  name: string;
  parameters: ReadonlyMap<string, string>;
  /** 0 to 1; 0 says: not this one. */
  quality: number;
}

const OPEN_METRICS_VERSIONS = ['', '0.0.1', '1.0.0'];
const TEXT_VERSIONS = ['', '0.0.4', '1.0.0'];

/**
 * The format to answer in. OpenMetrics is for those who name it, and not for a browser's `*`/`*`; whoever accepts
 * neither gets text, as Prometheus's own libraries do.
 */
export function formatFor(accept: string | undefined): Format {
  const choices = choicesIn(accept);
  const open = best(choices, ['application/openmetrics-text'], OPEN_METRICS_VERSIONS) ?? 0;
  const text =
    best(choices, ['text/plain'], TEXT_VERSIONS) ??
    best(choices, ['text/*'], TEXT_VERSIONS) ??
    best(choices, ['*/*'], TEXT_VERSIONS) ??
    0;
  return open > 0 && open >= text ? 'openmetrics' : 'text';
}

/** Whether an Accept-Encoding header takes gzip. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  const choices = choicesIn(acceptEncoding);
  return (best(choices, ['gzip', 'x-gzip']) ?? best(choices, ['*']) ?? 0) > 0;
}

/** The best quality of an entry with one of these names and versions; undefined if there is none. */
function best(choices: readonly Choice[], names: readonly string[], versions?: readonly string[]): number | undefined {
  const fitting = choices.filter(
    ({ name, parameters }) =>
      names.includes(name) && (versions === undefined || versions.includes(parameters.get('version') ?? ''))
  );
  return fitting.length === 0 ? undefined : Math.max(...fitting.map(({ quality }) => quality));
}

function choicesIn(header: string | undefined): Choice[] {
  return (header ?? '').split(',').map((entry) => {
    const [name = '', ...rest] = entry.split(';').map((part) => part.trim());
    const parameters = new Map(
      rest.map((part) => {
        const [key = '', value = ''] = part.split('=', 2);
        return [key.trim().toLowerCase(), value.trim().replaceAll('"', '')];
      })
    );
    const quality = Number(parameters.get('q') ?? '1');
    return { name: name.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 0 };
  });
}
