type Formatter = (values: string[], single: boolean) => string;

function escapeRegex(value: string): string {
  return value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}

const formatters: Record<string, Formatter> = {
  raw: (values) => values.join(','),
  text: (values) => values.join(' + '),
  csv: (values) => values.join(','),
  pipe: (values) => values.join('|'),
  glob: (values, single) => (single ? (values[0] ?? '') : `{${values.join(',')}}`),
  regex: (values, single) => {
    const escaped = values.map(escapeRegex);
    return single ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
  },
  json: (values, single) => JSON.stringify(single ? values[0] : values),
  doublequote: (values) => values.map((value) => `"${value.replaceAll('"', '\\"')}"`).join(','),
  singlequote: (values) => values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(','),
  percentencode: (values, single) => encodeURIComponent(single ? (values[0] ?? '') : `{${values.join(',')}}`),
};

function callable(format: unknown): format is (value: unknown, variable: object) => unknown {
  return typeof format === 'function';
}

/** Writes a variable's value in one of Grafana's formats; without one, as it does by itself (glob). */
export function formatValue(value: unknown, format?: unknown): string {
  if (callable(format)) {
    return String(format(value, {}));
  }
  const single = !Array.isArray(value);
  const values = single ? [String(value)] : value.map(String);
  const name = typeof format === 'string' ? format : 'glob';
  return (formatters[name] ?? formatters.glob ?? String)(values, single || values.length === 1);
}
