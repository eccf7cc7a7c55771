/** An example of a guide: what is measured, the datasource, what is asked of it, and what comes out. */
export interface DocumentedExample {
  title: string;
  /** Series with what they are worth: counters by what they rise a minute, others by their value. */
  series: Array<{ name: string; value: number; rises: boolean }>;
  /** A provisioning file of Grafana. */
  datasource: string;
  query: Record<string, unknown>;
  variant: string;
  state: string;
}

function fenced(text: string, language: string): string | undefined {
  return new RegExp(`\\n\`\`\`${language}\\n([^]*?)\\n\`\`\``).exec(text)?.[1];
}

function seriesOf(line: string): DocumentedExample['series'][number] {
  const [, name, is, value] = /^(\S+) (is )?([\d.]+)$/.exec(line) ?? [];
  if (name === undefined) {
    throw new Error(`This is no series with its rise a minute: ${line}`);
  }
  return { name, value: Number(value), rises: is === undefined };
}

/** Every section of a guide that promises a verdict, read as a person would copy it. */
export function documentedExamples(guide: string): DocumentedExample[] {
  return guide.split(/^## /m).flatMap((section) => {
    const [, variant, state] = /\*\*Verdict:\*\* `(.+?)` is `(.+?)`/.exec(section) ?? [];
    const [text, datasource, query] = ['text', 'yaml', 'json'].map((language) => fenced(section, language));
    if (variant === undefined || state === undefined) {
      return [];
    }
    if (text === undefined || datasource === undefined || query === undefined) {
      throw new Error(`An example lacks its series, its datasource or its query: ${section.split('\n')[0] ?? ''}`);
    }
    return [
      {
        title: section.split('\n')[0] ?? '',
        series: text.split('\n').map(seriesOf),
        datasource,
        query: JSON.parse(query) as Record<string, unknown>,
        variant,
        state,
      },
    ];
  });
}

/** An hour of the series as OpenMetrics, a sample every 15 seconds up to `end` (unix seconds). */
export function openMetrics({ series }: Pick<DocumentedExample, 'series'>, end: number): string {
  const step = 15;
  const samples = 2 * 240;
  // Samples of one metric stand together.
  const lines = [...series]
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap(({ name, value, rises }) =>
      Array.from({ length: samples + 1 }, (_, at) => {
        const now = rises ? Math.floor((value * step * at) / 60) : value;
        return `${name} ${now} ${end - (samples - at) * step}`;
      })
    );
  return `${lines.join('\n')}\n# EOF\n`;
}
