import { type Labels } from '@grafana/data';

/** One flag, divided further by the query's groupBy labels: what one comparison is about. */
export interface Subject {
  key: string;
  flag: string;
  group: Labels;
  /** What a menu of subjects calls it. */
  label: string;
}

/** What says which flag and group it is about. */
interface About {
  flag: string;
  group: Labels;
}

function keyOf(flag: string, group: Labels): string {
  return JSON.stringify([flag, Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** True when a series or row belongs to the subject. */
export function belongsTo(subject: Subject, item: About): boolean {
  return keyOf(item.flag, item.group) === subject.key;
}

/** The flags and groups that the data tells apart, in the order in which they appear. */
export function subjectsOf(series: readonly About[], rows: readonly About[]): Subject[] {
  const subjects = new Map<string, Subject>();
  for (const { flag, group } of [...series, ...rows]) {
    const key = keyOf(flag, group);
    if (!subjects.has(key)) {
      const labels = Object.entries(group).map(([name, value]) => `${name}=${value}`);
      subjects.set(key, { key, flag, group, label: [flag, ...labels].filter((part) => part !== '').join(', ') });
    }
  }
  return [...subjects.values()];
}
