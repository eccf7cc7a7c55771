import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A dashboard as the list of them shows it. */
export interface DashboardEntry {
  uid: string;
  title: string;
  description: string;
}

interface StoredDashboard {
  uid: string;
  title: string;
  description?: string;
}

function isDashboard(value: unknown): value is StoredDashboard {
  return (
    typeof value === 'object' &&
    value !== null &&
    'uid' in value &&
    typeof value.uid === 'string' &&
    'title' in value &&
    typeof value.title === 'string'
  );
}

/** The provisioned dashboards: the folder's JSON files, read anew each time, so that an edit shows on reload. */
export class Dashboards {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All dashboards, by title. */
  async list(): Promise<DashboardEntry[]> {
    const all = await this.#all();
    return all
      .map(({ uid, title, description }) => ({ uid, title, description: description ?? '' }))
      .sort((a, b) => a.title.localeCompare(b.title));
  }

  /** The whole JSON of a dashboard. */
  async get(uid: string): Promise<unknown> {
    return (await this.#all()).find((dashboard) => dashboard.uid === uid);
  }

  async #all(): Promise<StoredDashboard[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json')).sort();
    const contents = await Promise.all(
      names.map(async (name): Promise<unknown> => JSON.parse(await readFile(path.join(this.#folder, name), 'utf8')))
    );
    return contents.filter(isDashboard);
  }
}
