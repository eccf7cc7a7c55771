import { expect, test, type APIRequestContext } from '@playwright/test';

interface Frame {
  schema: { fields: Array<{ name: string; labels?: Record<string, string>; config?: { unit?: string } }> };
  data: { values: unknown[][] };
}

const datasource = { type: 'flaglens-datasource', uid: 'flaglens' };

async function query(request: APIRequestContext, model: object): Promise<Frame[]> {
  const response = await request.post('/api/ds/query', {
    data: {
      from: 'now-5m',
      to: 'now',
      queries: [{ refId: 'A', datasource, intervalMs: 5000, maxDataPoints: 300, ...model }],
    },
  });
  expect(response.status(), await response.text()).toBe(200);
  const body = (await response.json()) as { results: { A: { frames: Frame[]; error?: string } } };
  expect(body.results.A.error).toBeUndefined();
  return body.results.A.frames;
}

test('the three plugins are loaded, unsigned', async ({ request }) => {
  for (const id of ['flaglens-app', 'flaglens-datasource', 'flaglens-panel']) {
    const response = await request.get(`/api/plugins/${id}/settings`);
    expect(response.status(), id).toBe(200);
    expect(((await response.json()) as { signature: string }).signature).toBe('unsigned');
  }
});

test('the health of the datasource is green', async ({ request }) => {
  const response = await request.get('/api/datasources/uid/flaglens/health');
  const health = (await response.json()) as { status: string; message: string };
  expect(health.status, health.message).toBe('OK');
  expect(health.message).toMatch(/4 flags/);
});

test('resources answer the editors', async ({ request }) => {
  const response = await request.get('/api/datasources/uid/flaglens/resources/flags');
  const { flags } = (await response.json()) as { flags: Array<{ flag: string; variants: string[] }> };
  expect(flags.map(({ flag }) => flag)).toEqual(['checkout-v2', 'order-history', 'recommendations', 'search-ranking']);
  expect(flags[0]?.variants).toEqual(['off', 'on']);
});

test('compare answers with both variants and their difference', async ({ request }) => {
  const frames = await query(request, { queryType: 'compare', flag: 'checkout-v2', signals: ['latency'] });
  const roles = new Set(frames.map((frame) => frame.schema.fields[1]?.labels?.role));
  expect(roles).toEqual(new Set(['baseline', 'feature', 'difference', 'ratio']));
});

test('an alert condition reads the frames as they are', async ({ request }) => {
  const condition = {
    refId: 'B',
    datasourceUid: '__expr__',
    model: {
      refId: 'B',
      type: 'threshold',
      expression: 'A',
      datasource: { type: '__expr__', uid: '__expr__' },
      conditions: [{ evaluator: { type: 'gt', params: [0] } }],
    },
  };
  const model = {
    refId: 'A',
    datasource,
    queryType: 'compare',
    flag: 'search-ranking',
    signals: ['errors'],
    roles: ['feature'],
    format: 'alert',
    intervalMs: 5000,
    maxDataPoints: 300,
  };
  const evaluate = async () => {
    const response = await request.post('/api/v1/eval', {
      data: {
        condition: 'B',
        data: [{ refId: 'A', datasourceUid: 'flaglens', relativeTimeRange: { from: 300, to: 0 }, model }, condition],
        now: new Date().toISOString(),
      },
    });
    expect(response.status(), await response.text()).toBe(200);
    const { results } = (await response.json()) as { results: { B: { frames: Frame[] } } };
    const [frame] = results.B.frames;
    expect(frame?.schema.fields[0]?.labels).toMatchObject({
      flag: 'search-ranking',
      variant: 'new-ranking',
      signal: 'errors',
    });
    return frame?.data.values[0];
  };
  // The demo has just begun: until its services were scraped a few times there is no rate, and so no value.
  await expect.poll(evaluate, { timeout: 60_000, intervals: [2000] }).toEqual([1]);
});
