import { type JsonData, type NewDatasource, type StoredDatasource } from '../host/datasources';

/** A datasource of ours made from a Prometheus one, and what of it could not be taken along. */
export interface Adopted {
  settings: NewDatasource;
  /** A sentence each: what is missing, and what to do. */
  left: string[];
}

/** The fields of jsonData that mean the same in both: how to ask, and how to log in. */
const carried = [
  'httpMethod',
  'timeInterval',
  'queryTimeout',
  'keepCookies',
  'oauthPassThru',
  'timeout',
  'tlsAuth',
  'tlsAuthWithCACert',
  'tlsSkipVerify',
  'serverName',
  'enableSecureSocksProxy',
] as const;

/** What the API keeps to itself, by the names of the fields that hold it. */
const secrets: Record<string, string> = {
  basicAuthPassword: 'The password of basic authentication',
  tlsCACert: 'The CA certificate',
  tlsClientCert: 'The client certificate',
  tlsClientKey: "The client's key",
};

const where = 'type it in the settings of the new data source, under Authentication';

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A name of a header, httpHeaderName1, whose value is the secret httpHeaderValue1. */
function headerOf(secret: string, jsonData: Record<string, unknown>): string | undefined {
  const number = /^httpHeaderValue(\d+)$/.exec(secret)?.[1];
  return number === undefined ? undefined : text(jsonData[`httpHeaderName${number}`]);
}

/** Where exemplars lead, as the Prometheus datasource has it. */
function tracesOf({ exemplarTraceIdDestinations }: Record<string, unknown>): JsonData['traces'] {
  const first: unknown = Array.isArray(exemplarTraceIdDestinations) ? exemplarTraceIdDestinations[0] : undefined;
  if (typeof first !== 'object' || first === null) {
    return undefined;
  }
  const { name, datasourceUid, url } = first as Record<string, unknown>;
  const page = text(url)?.replaceAll('${__value.raw}', '${traceId}');
  const traces = {
    ...(text(datasourceUid) !== undefined && { datasourceUid: text(datasourceUid) }),
    ...(page?.includes('${traceId}') && { url: page }),
  };
  return Object.keys(traces).length === 0
    ? undefined
    : { ...traces, ...(text(name) !== undefined && { label: text(name) }) };
}

/** What a datasource signs or adds that ours does not. */
function unsupported(jsonData: Record<string, unknown>): string[] {
  const parameters = text(jsonData.customQueryParameters);
  return [
    ...(jsonData.sigV4Auth === true ? ['It signs its requests (AWS SigV4); Flaglens does not.'] : []),
    ...(jsonData.azureCredentials === undefined ? [] : ['It logs in with Azure credentials; Flaglens does not.']),
    ...(parameters === undefined ? [] : [`It adds ${parameters} to each request; Flaglens does not.`]),
  ];
}

/** Makes of somebody's Prometheus datasource the settings of one of ours. */
export function adopt(theirs: StoredDatasource): Adopted {
  const { name, url, basicAuth, basicAuthUser, withCredentials, secureJsonFields } = theirs;
  const given: Record<string, unknown> = theirs.jsonData;
  const headers = Object.entries(given).filter(([key, value]) => /^httpHeaderName\d+$/.test(key) && text(value));
  const traces = tracesOf(given);
  const jsonData: JsonData = {
    ...Object.fromEntries(carried.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]]))),
    ...Object.fromEntries(headers),
    ...(traces && { traces }),
  };
  const kept = Object.entries(secureJsonFields).flatMap(([field, set]) => (set ? [field] : []));
  return {
    settings: {
      name: `Flaglens (${name})`,
      url,
      jsonData,
      ...(basicAuth && { basicAuth, basicAuthUser }),
      ...(withCredentials && { withCredentials }),
    },
    left: [
      ...kept.map((field) => {
        const header = headerOf(field, given);
        const what =
          secrets[field] ?? (header === undefined ? `The secret "${field}"` : `The value of the header ${header}`);
        return `${what} could not be read, Grafana never shows it: ${where}.`;
      }),
      ...unsupported(given),
    ],
  };
}
