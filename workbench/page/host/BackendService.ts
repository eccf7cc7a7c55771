import type { BackendSrv, BackendSrvRequest, FetchError, FetchResponse } from '@grafana/runtime';
import { lastValueFrom, Observable } from 'rxjs';

function withParams(url: string, params: Record<string, unknown> | undefined): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(params ?? {})) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (item !== undefined && item !== null) {
        search.append(key, typeof item === 'string' ? item : JSON.stringify(item));
      }
    }
  }
  const query = search.toString();
  return query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function absolute(url: string): string {
  return /^(https?:)?\//.test(url) ? url : `/${url}`;
}

function requestInit({ method, data, headers }: BackendSrvRequest, signal: AbortSignal): RequestInit {
  const sent = new Headers({ accept: 'application/json, text/plain, */*' });
  for (const [name, value] of Object.entries(headers ?? {})) {
    sent.set(name, String(value));
  }
  const init: RequestInit = { method: method ?? 'GET', headers: sent, signal };
  if (data !== undefined && data !== null) {
    init.body = typeof data === 'string' ? data : JSON.stringify(data);
    if (!sent.has('content-type')) {
      sent.set('content-type', 'application/json');
    }
  }
  return init;
}

/** JSON where it is JSON, else the text: as Grafana reads answers when the caller does not say. */
async function readBody(response: Response, kind: BackendSrvRequest['responseType']): Promise<unknown> {
  if (kind === 'blob') {
    return response.blob();
  }
  if (kind === 'arraybuffer') {
    return response.arrayBuffer();
  }
  const text = await response.text();
  if (kind === 'text') {
    return text;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function messageOf(data: unknown): string | undefined {
  return typeof data === 'object' && data !== null && 'message' in data && typeof data.message === 'string'
    ? data.message
    : undefined;
}

/** Requests to the workbench's server, with the behaviour of Grafana's own that plugins rely on. */
export class BackendService implements BackendSrv {
  readonly #running = new Map<string, AbortController>();

  fetch<T>(options: BackendSrvRequest): Observable<FetchResponse<T>> {
    return new Observable((subscriber) => {
      const controller = new AbortController();
      const { requestId, abortSignal } = options;
      if (requestId !== undefined) {
        // A request that is made anew makes the earlier one pointless.
        this.#running.get(requestId)?.abort();
        this.#running.set(requestId, controller);
      }
      abortSignal?.addEventListener('abort', () => controller.abort());
      this.#send<T>(options, controller.signal).then(
        (response) => {
          subscriber.next(response);
          subscriber.complete();
        },
        (error: unknown) => subscriber.error(error)
      );
      return () => {
        controller.abort();
        if (requestId !== undefined && this.#running.get(requestId) === controller) {
          this.#running.delete(requestId);
        }
      };
    });
  }

  async #send<T>(options: BackendSrvRequest, signal: AbortSignal): Promise<FetchResponse<T>> {
    const url = absolute(withParams(options.url, options.params));
    let response: Response;
    let data: unknown;
    try {
      response = await fetch(url, requestInit(options, signal));
      data = await readBody(response, options.responseType);
    } catch (error) {
      throw this.#unanswered(options, error, signal.aborted);
    }
    if (!response.ok) {
      const message = messageOf(data) ?? response.statusText;
      const failure: FetchError = {
        status: response.status,
        statusText: response.statusText,
        data: typeof data === 'object' && data !== null ? data : { message: String(data) },
        message,
        config: options,
      };
      throw failure;
    }
    const { status, statusText, ok, headers, redirected, type } = response;
    return { data: data as T, status, statusText, ok, headers, redirected, type, url: response.url, config: options };
  }

  #unanswered(config: BackendSrvRequest, error: unknown, cancelled: boolean): FetchError {
    const reason = error instanceof Error ? error.message : String(error);
    const message = cancelled ? 'Request was aborted' : `The workbench's server does not answer (${reason}).`;
    return { status: -1, statusText: message, data: { message }, message, cancelled, config };
  }

  chunked(): Observable<FetchResponse<Uint8Array | undefined>> {
    return new Observable((subscriber) => subscriber.error(new Error('The workbench has no chunked requests.')));
  }

  async request<T>(options: BackendSrvRequest): Promise<T> {
    return (await lastValueFrom(this.fetch<T>(options))).data;
  }

  datasourceRequest<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
    return lastValueFrom(this.fetch<T>(options));
  }

  get<T>(
    url: string,
    params?: BackendSrvRequest['params'],
    requestId?: string,
    options?: Partial<BackendSrvRequest>
  ): Promise<T> {
    return this.request<T>({
      ...options,
      url,
      method: 'GET',
      ...(params ? { params } : {}),
      ...(requestId === undefined ? {} : { requestId }),
    });
  }

  delete<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, url, method: 'DELETE', data });
  }

  post<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, url, method: 'POST', data });
  }

  patch<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, url, method: 'PATCH', data });
  }

  put<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, url, method: 'PUT', data });
  }
}
