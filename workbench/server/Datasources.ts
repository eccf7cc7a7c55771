import { randomBytes } from 'node:crypto';

import { datasourceType, defaultSettings, mergeSettings, publicSettings, type DatasourceSettings } from './settings';

/** A call that Grafana's API refuses, with the status and the words that it has for that. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string
  ) {
    super(message);
  }
}

interface Entry {
  id: number;
  version: number;
  settings: DatasourceSettings;
}

/** What a client sees of a datasource. */
export type PublicDatasource = ReturnType<typeof publicSettings>;

function versionOf(value: unknown): number {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number'
    ? value.version
    : 0;
}

/**
 * The datasources of the workbench, in memory until its end, with what Grafana's API says of them. Those of ours are put
 * in force at the bridge; others (a Prometheus that somebody has) are only listed.
 */
export class Datasources {
  readonly #entries = new Map<string, Entry>();
  readonly #apply: (settings: DatasourceSettings) => Promise<void>;
  #lastId = 0;

  private constructor(apply: (settings: DatasourceSettings) => Promise<void>) {
    this.#apply = apply;
  }

  /** Puts the first ones in force. @throws Error if the bridge refuses them */
  static async start(
    first: readonly DatasourceSettings[],
    apply: (settings: DatasourceSettings) => Promise<void>
  ): Promise<Datasources> {
    const all = new Datasources(apply);
    for (const settings of first) {
      await all.#keep(settings, { id: ++all.#lastId, version: 1 });
    }
    return all;
  }

  /** All of them, by name. */
  list(): PublicDatasource[] {
    return [...this.#entries.values()].map(shown).sort((a, b) => a.name.localeCompare(b.name));
  }

  /** @throws Refused if there is none of this uid */
  get(uid: string): PublicDatasource {
    return shown(this.#entry(uid));
  }

  /** @throws Refused if its name is taken, or Error if its settings are wrong */
  async add(value: unknown): Promise<PublicDatasource> {
    const uid = randomBytes(7).toString('hex');
    const settings = { ...mergeSettings({ ...defaultSettings(''), uid, isDefault: false, name: '' }, value), uid };
    this.#refuseName(settings);
    return this.#keep(settings, { id: ++this.#lastId, version: 1 });
  }

  /** @throws Refused if it is read-only, its name is taken, or somebody else changed it; Error if its settings are wrong */
  async update(uid: string, value: unknown): Promise<PublicDatasource> {
    const { id, version, settings } = this.#entry(uid);
    if (settings.readOnly) {
      throw new Refused(403, 'Cannot update read-only data source');
    }
    const known = versionOf(value);
    if (known > 0 && known < version) {
      throw new Refused(409, 'Datasource has already been updated by someone else. Please reload and try again');
    }
    const changed = mergeSettings(settings, value);
    this.#refuseName(changed);
    return this.#keep(changed, { id, version: version + 1 });
  }

  /** @throws Refused if it is read-only */
  remove(uid: string): void {
    if (this.#entry(uid).settings.readOnly) {
      throw new Refused(403, 'Cannot delete read-only data source');
    }
    this.#entries.delete(uid);
  }

  async #keep(settings: DatasourceSettings, { id, version }: Omit<Entry, 'settings'>): Promise<PublicDatasource> {
    if (settings.type === datasourceType) {
      await this.#apply(settings);
    }
    const entry = { id, version, settings };
    this.#entries.set(settings.uid, entry);
    return shown(entry);
  }

  #entry(uid: string): Entry {
    const entry = this.#entries.get(uid);
    if (!entry) {
      throw new Refused(404, 'Data source not found');
    }
    return entry;
  }

  #refuseName({ name, uid }: DatasourceSettings): void {
    if (name === '') {
      throw new Refused(400, 'bad request data');
    }
    if ([...this.#entries.values()].some(({ settings }) => settings.name === name && settings.uid !== uid)) {
      throw new Refused(409, 'data source with the same name already exists');
    }
  }
}

function shown({ id, version, settings }: Entry): PublicDatasource {
  return { ...publicSettings(settings), id, version };
}
