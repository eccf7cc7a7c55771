import { type BackendSrvRequest, isFetchError } from '@grafana/runtime';

import {
  type DetectResource,
  type DoctorResource,
  type FlagsResource,
  type MetricsResource,
  type NamesResource,
  type PreviewRequest,
  type PreviewResource,
  type PresetsResource,
  type PromQLRequest,
  type PromQLResource,
  type Settings,
  type SetupRequest,
  type SignalsResource,
} from '../contract/contract.gen';

/** What DataSourceWithBackend offers for calling the backend's resources. */
export interface ResourceCaller {
  getResource<T>(path: string, params?: Record<string, string>, options?: Partial<BackendSrvRequest>): Promise<T>;
  postResource<T>(path: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T>;
}

/** Failures are shown where they matter, in the field that asked, and not as a toast over the page. */
const quietly = { showErrorAlert: false };

/** The backend's resources, typed. Every call rejects with Grafana's FetchError; resourceError puts it in words. */
export class Resources {
  constructor(private readonly caller: ResourceCaller) {}

  /** The flags that Prometheus knows, each with its variants, the baseline first. */
  flags(): Promise<FlagsResource> {
    return this.get('flags');
  }

  /** The variants of a flag, the baseline first. */
  variants(flag: string): Promise<NamesResource> {
    return this.get('variants', { flag });
  }

  /** The names of labels, of all series or of one metric. */
  labels(metric?: string): Promise<NamesResource> {
    return this.get('labels', metric === undefined ? undefined : { metric });
  }

  /** The values of a label, of all series or of one metric. */
  labelValues(label: string, metric?: string): Promise<NamesResource> {
    return this.get('label-values', metric === undefined ? { label } : { label, metric });
  }

  /** The metrics that can be split. */
  metrics(): Promise<MetricsResource> {
    return this.get('metrics');
  }

  /** The metrics that can be split by settings that are not saved. */
  metricsOf(settings: Settings): Promise<MetricsResource> {
    return this.post('metrics', { settings } satisfies SetupRequest);
  }

  /** The catalogue of signals as it is in force. */
  signals(): Promise<SignalsResource> {
    return this.get('signals');
  }

  /** The presets with the split and the signals that each stands for, the default one first. */
  presets(): Promise<PresetsResource> {
    return this.get('presets');
  }

  /** The PromQL that a query would send. */
  promql(request: PromQLRequest): Promise<PromQLResource> {
    return this.post('promql', request);
  }

  /** What Prometheus has that can be compared, and how it could be split. */
  detect(request: SetupRequest = {}): Promise<DetectResource> {
    return this.post('detect', request);
  }

  /** What settings yield now, saved or not. */
  preview(request: PreviewRequest): Promise<PreviewResource> {
    return this.post('preview', request);
  }

  /** Whether what settings say can be judged, and what to do where it cannot. */
  doctor(request: SetupRequest = {}): Promise<DoctorResource> {
    return this.post('doctor', request);
  }

  private post<T>(path: string, body: unknown): Promise<T> {
    return this.caller.postResource(path, body, quietly);
  }

  private get<T>(path: string, params?: Record<string, string>): Promise<T> {
    return this.caller.getResource(path, params, quietly);
  }
}

function textOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) {
    return undefined;
  }
  // The backend says `error`; Grafana, where it does not get as far as the backend, says `message`.
  for (const key of ['error', 'message'] as const) {
    const text: unknown = (data as Record<string, unknown>)[key];
    if (typeof text === 'string' && text !== '') {
      return text;
    }
  }
  return undefined;
}

/** Says in words why a resource could not be had. */
export function resourceError(error: unknown): string {
  if (isFetchError(error)) {
    return textOf(error.data) ?? textOf({ message: error.statusText }) ?? `the server answered with ${error.status}`;
  }
  return error instanceof Error && error.message !== '' ? error.message : 'the server could not be reached';
}
