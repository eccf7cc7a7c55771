import { CoreApp, type DataQueryRequest } from '@grafana/data';
import { type BackendSrvRequest, setBackendSrv, type BackendSrv } from '@grafana/runtime';
import { lastValueFrom, of, throwError } from 'rxjs';

import { FlaglensDataSource } from './datasource';
import manifest from './plugin.json';
import { resourceError } from '../shared/resources';
import { fakeInstance, fakeTemplate } from './testing/fakes';
import { type FlaglensQuery, type VariableQuery } from './types';

const answers: Record<string, unknown> = {
  flags: { flags: [{ flag: 'checkout-v2', baseline: 'off', variants: ['off', 'on'] }] },
  variants: { names: ['off', 'on'] },
  signals: { signals: [{ id: 'latency', name: 'Latency', kind: 'histogram', metric: 'x' }] },
  labels: { names: ['instance', 'route'] },
  'label-values': { names: ['a:1', 'b:1'] },
};

const fetched = jest.fn<unknown, [BackendSrvRequest]>();

beforeEach(() => {
  fetched.mockReset();
  fetched.mockImplementation(({ url }) => of({ data: answers[url.split('/resources/')[1] ?? ''] }));
  setBackendSrv({ fetch: fetched } as unknown as BackendSrv);
});

function source(variables: Record<string, string | string[]> = {}) {
  return new FlaglensDataSource(fakeInstance({ timeInterval: '5s' }), fakeTemplate(variables));
}

const query: FlaglensQuery = { refId: 'A', queryType: 'compare', flag: 'checkout-v2', signals: ['latency'] };

describe('applyTemplateVariables', () => {
  it('fills in every field that can hold a variable', () => {
    const datasource = source({
      flag: 'checkout-v2',
      variants: ['on', 'next'],
      what: ['latency', 'errors'],
      route: '/a',
    });
    expect(
      datasource.applyTemplateVariables(
        {
          ...query,
          flag: '$flag',
          baseline: '$flag-off',
          variants: ['$variants'],
          signals: ['$what', 'errors'],
          stats: ['p95'],
          groupBy: ['$what'],
          filters: [{ key: 'route', operator: '=', value: '$route' }],
        },
        {}
      )
    ).toEqual({
      ...query,
      flag: 'checkout-v2',
      baseline: 'checkout-v2-off',
      variants: ['on', 'next'],
      signals: ['latency', 'errors'],
      stats: ['p95'],
      groupBy: ['latency', 'errors'],
      filters: [{ key: 'route', operator: '=', value: '/a' }],
    });
  });

  it('puts ad-hoc filters behind those of the query', () => {
    const filters = [{ key: 'route', operator: '=' as const, value: '/a' }];
    const adHoc = [{ key: 'instance', operator: '!=', value: 'b:1' }];
    expect(source().applyTemplateVariables({ ...query, filters }, {}, adHoc).filters).toEqual([...filters, ...adHoc]);
  });

  it('does not touch the query that it was given', () => {
    const given = { ...query, variants: ['$v'] };
    source({ v: ['a'] }).applyTemplateVariables(given, {});
    expect(given.variants).toEqual(['$v']);
  });

  it('is what reaches the backend', async () => {
    fetched.mockReturnValue(of({ data: { results: {} } }));
    const request = {
      targets: [{ ...query, flag: '$flag' }],
      scopedVars: {},
      filters: [{ key: 'route', operator: '=', value: '/a' }],
      intervalMs: 5000,
      maxDataPoints: 100,
    } as unknown as DataQueryRequest<FlaglensQuery>;
    await lastValueFrom(source({ flag: 'checkout-v2' }).query(request));
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(fetched.mock.calls[0]?.[0].data).toMatchObject({
      queries: [
        {
          flag: 'checkout-v2',
          filters: [{ key: 'route', operator: '=', value: '/a' }],
          intervalMs: 5000,
          datasource: { type: 'flaglens-datasource', uid: 'flaglens' },
        },
      ],
    });
  });
});

describe('filterQuery', () => {
  it.each<[string, Partial<FlaglensQuery>, boolean]>([
    ['a flag and a signal', {}, true],
    ['no flag', { flag: undefined }, false],
    ['an empty flag', { flag: '' }, false],
    ['no signal', { signals: [] }, false],
    ['signals absent', { signals: undefined }, false],
    ['changes of a flag need no signal', { queryType: 'changes', signals: undefined }, true],
    ['changes need a flag', { queryType: 'changes', flag: '' }, false],
    ['the inventory needs neither', { queryType: 'flags', flag: undefined, signals: undefined }, true],
  ])('%s', (_, changed, wanted) => {
    expect(source().filterQuery({ ...query, ...changed })).toBe(wanted);
  });

  it.each([CoreApp.UnifiedAlerting, CoreApp.CloudAlerting])('starts a rule with what is right above 0 (%s)', (app) => {
    expect(source().getDefaultQuery(app)).toEqual({
      queryType: 'verdict',
      format: 'alert',
      signals: ['latency', 'errors'],
      stats: ['regressed'],
    });
  });

  it.each([CoreApp.Explore, CoreApp.PanelEditor, CoreApp.Dashboard, undefined])(
    'starts a query elsewhere (%s)',
    (app) => {
      expect(source().getDefaultQuery(app)).toEqual({
        queryType: 'compare',
        signals: ['latency', 'errors', 'throughput'],
        legend: 'short',
        detail: 'essential',
      });
    }
  );

  it('hides a new query until a flag is chosen', () => {
    const datasource = source();
    expect(datasource.filterQuery({ refId: 'A', ...datasource.getDefaultQuery() })).toBe(false);
  });
});

describe('getQueryDisplayText', () => {
  it.each<[Partial<FlaglensQuery>, string]>([
    [{}, 'compare checkout-v2 in latency'],
    [{ variants: ['on', 'next'], baseline: 'off' }, 'compare checkout-v2: on, next over off in latency'],
    [{ baseline: 'off' }, 'compare checkout-v2: over off in latency'],
    [
      { filters: [{ key: 'route', operator: '=~', value: '/cart.*' }], groupBy: ['route'], format: 'table' },
      'compare checkout-v2 in latency {route=~"/cart.*"} by route as table',
    ],
    [
      { stats: ['p95'], roles: ['feature'], quantiles: [0.999] },
      'compare checkout-v2 in latency (feature, p95, p99.9)',
    ],
    [{ queryType: 'verdict', since: 1_763_726_700_000 }, 'verdict checkout-v2 in latency since 1763726700000'],
    [{ queryType: 'verdict', since: 'rollout' }, 'verdict checkout-v2 in latency'],
    [{ queryType: 'changes' }, 'changes checkout-v2'],
    [{ queryType: 'flags', stats: ['verdict'] }, 'flags (verdict)'],
    [{ flag: undefined, signals: undefined }, 'compare'],
  ])('of %j is %s', (changed, wanted) => {
    expect(source().getQueryDisplayText({ ...query, ...changed })).toBe(wanted);
  });
});

describe('metricFindQuery', () => {
  it.each([
    ['flags()', 'flags', undefined, [{ text: 'checkout-v2', value: 'checkout-v2' }]],
    [
      'variants($flag)',
      'variants',
      { flag: 'checkout-v2' },
      [
        { text: 'off', value: 'off' },
        { text: 'on', value: 'on' },
      ],
    ],
    ['signals()', 'signals', undefined, [{ text: 'Latency', value: 'latency' }]],
    [
      'label_values(up, instance)',
      'label-values',
      { label: 'instance', metric: 'up' },
      [
        { text: 'a:1', value: 'a:1' },
        { text: 'b:1', value: 'b:1' },
      ],
    ],
  ])('%s asks for %s', async (text, path, params, wanted) => {
    await expect(source({ flag: 'checkout-v2' }).metricFindQuery(text)).resolves.toEqual(wanted);
    expect(fetched.mock.calls[0]?.[0]).toMatchObject({
      method: 'GET',
      url: `/api/datasources/uid/flaglens/resources/${path}`,
      params,
      showErrorAlert: false,
    });
  });

  it('rejects what it cannot read, without asking the backend', async () => {
    await expect(source().metricFindQuery('rates()')).rejects.toThrow('no rates()');
    expect(fetched).not.toHaveBeenCalled();
  });

  it.each([
    ['as our editor writes it', { refId: 'A', query: 'flags()' }],
    ['as a provisioned dashboard has it', 'flags()'],
  ])('serves the query of a variable %s', async (_, target) => {
    const request = { targets: [target], scopedVars: {} } as unknown as DataQueryRequest<VariableQuery>;
    await expect(lastValueFrom(source().variables.query(request))).resolves.toEqual({
      data: [{ text: 'checkout-v2', value: 'checkout-v2' }],
    });
  });
});

describe('ad-hoc filters', () => {
  it('may have several values', () => {
    expect(manifest.multiValueFilterOperators).toBe(true);
    expect(
      source().applyTemplateVariables(query, {}, [
        { key: 'route', operator: '=|', value: '/a', values: ['/a', '/b.c'] },
        { key: 'job', operator: '!=|', value: 'x', values: ['x'] },
      ]).filters
    ).toEqual([
      { key: 'route', operator: '=~', value: '/a|/b\\.c' },
      { key: 'job', operator: '!~', value: 'x' },
    ]);
  });

  it('offers the labels', async () => {
    await expect(source().getTagKeys()).resolves.toEqual([
      { text: 'instance', value: 'instance' },
      { text: 'route', value: 'route' },
    ]);
  });

  it('offers the values of a label', async () => {
    await expect(source().getTagValues({ key: 'instance', filters: [] })).resolves.toHaveLength(2);
    expect(fetched.mock.calls[0]?.[0].params).toEqual({ label: 'instance' });
  });
});

describe('resourceError', () => {
  it.each([
    [
      'the backend says why',
      { status: 502, data: { error: 'connection refused', source: 'downstream' } },
      'connection refused',
    ],
    ['Grafana says why', { status: 404, data: { message: 'Plugin not found' } }, 'Plugin not found'],
    ['only a status text', { status: 504, statusText: 'Gateway Timeout', data: '' }, 'Gateway Timeout'],
    ['only a status', { status: 500, data: null }, 'the server answered with 500'],
    ['an error', new Error('no network'), 'no network'],
    ['nothing', undefined, 'the server could not be reached'],
  ])('%s', (_, error, wanted) => {
    expect(resourceError(error)).toBe(wanted);
  });

  it('is what a failed resource rejects with', async () => {
    fetched.mockReturnValue(throwError(() => ({ status: 502, data: { error: 'connection refused' } })));
    const failure: unknown = await source()
      .getTagKeys()
      .catch((error: unknown) => error);
    expect(resourceError(failure)).toBe('connection refused');
  });
});

it('takes the scrape interval as its least interval', () => {
  expect(source().interval).toBe('5s');
});
