import type { APIRequestContext } from '@playwright/test';

interface Answer {
  status: string;
  data: { result: Array<{ metric: Record<string, string>; value: [number, string] }> };
}

/** The Prometheus behind the page, asked directly: the numbers that the page must show. */
export class PrometheusBehind {
  readonly #url: string;
  readonly #request: APIRequestContext;

  constructor(request: APIRequestContext, url: string) {
    this.#request = request;
    this.#url = url;
  }

  /** Finds it by the settings of the datasource that the page uses. */
  static async find(request: APIRequestContext): Promise<PrometheusBehind> {
    const response = await request.get('/api/datasources/uid/flaglens');
    return new PrometheusBehind(request, ((await response.json()) as { url: string }).url);
  }

  /** The one number of an instant query at a time, in seconds since 1970. */
  async value(expr: string, time: number): Promise<number> {
    const response = await this.#request.get(`${this.#url}/api/v1/query`, { params: { query: expr, time } });
    const { data } = (await response.json()) as Answer;
    const [first] = data.result;
    if (first === undefined || data.result.length !== 1) {
      throw new Error(`${expr} has ${data.result.length} results at ${time}, not one`);
    }
    return Number(first.value[1]);
  }
}
