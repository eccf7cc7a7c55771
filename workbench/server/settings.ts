/** Settings of a datasource, in the words of Grafana's provisioning files and its HTTP API. */
export interface DatasourceSettings {
  uid: string;
  name: string;
  type: string;
  access: string;
  url: string;
  user: string;
  database: string;
  basicAuth: boolean;
  basicAuthUser: string;
  withCredentials: boolean;
  isDefault: boolean;
  readOnly: boolean;
  jsonData: Record<string, unknown>;
  /** Decrypted secrets; they leave the server only towards the backend. */
  secureJsonData: Record<string, string>;
}

export const datasourceUid = 'flaglens';
export const datasourceType = 'flaglens-datasource';

/** A datasource of Grafana's own type for Prometheus, as somebody has it before Flaglens: it is listed, not asked. */
export function prometheusSettings(uid: string, name: string, url: string): DatasourceSettings {
  return { ...defaultSettings(url), uid, name, type: 'prometheus', isDefault: false };
}

/** A datasource that says nothing but where its Prometheus is. */
export function defaultSettings(url: string): DatasourceSettings {
  return {
    uid: datasourceUid,
    name: 'Flaglens',
    type: datasourceType,
    access: 'proxy',
    url,
    user: '',
    database: '',
    basicAuth: false,
    basicAuthUser: '',
    withCredentials: false,
    isDefault: true,
    readOnly: false,
    jsonData: {},
    secureJsonData: {},
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function flag(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

/**
 * Reads settings as a client or a file wrote them, over those that were there before. As in Grafana a secret that is not
 * given stays as it is, and one that is given empty is removed.
 *
 * @throws Error if `value` is no object, or its uid or type belong to another datasource
 */
export function mergeSettings(before: DatasourceSettings, value: unknown): DatasourceSettings {
  if (!isRecord(value)) {
    throw new Error('Settings of a datasource are an object.');
  }
  const type = text(value.type, before.type);
  if (type !== before.type) {
    throw new Error(`The datasource is of type ${type}; only ${before.type} is hosted here.`);
  }
  const given = isRecord(value.secureJsonData) ? Object.entries(value.secureJsonData) : [];
  const kept = Object.entries(before.secureJsonData).filter(
    ([key]) => !isRecord(value.secureJsonFields) || value.secureJsonFields[key] !== false
  );
  const secrets = [...kept, ...given.map(([key, secret]): [string, string] => [key, text(secret, '')])];
  return {
    ...before,
    name: text(value.name, before.name),
    access: text(value.access, before.access),
    url: text(value.url, before.url),
    user: text(value.user, before.user),
    database: text(value.database, before.database),
    basicAuth: flag(value.basicAuth, before.basicAuth),
    basicAuthUser: text(value.basicAuthUser, before.basicAuthUser),
    withCredentials: flag(value.withCredentials, before.withCredentials),
    jsonData: isRecord(value.jsonData) ? value.jsonData : before.jsonData,
    secureJsonData: Object.fromEntries(
      Object.entries(Object.fromEntries(secrets)).filter(([, secret]) => secret !== '')
    ),
  };
}

/** What a client may see: which secrets are set, never their values. */
export function publicSettings({ secureJsonData, ...rest }: DatasourceSettings) {
  const secureJsonFields = Object.fromEntries(Object.keys(secureJsonData).map((key) => [key, true]));
  return { id: 1, orgId: 1, typeLogoUrl: '', version: 1, ...rest, secureJsonFields };
}
