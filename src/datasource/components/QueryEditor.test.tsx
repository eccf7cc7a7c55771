import { setTemplateSrv } from '@grafana/runtime';
import { act, screen, waitFor, within } from '@testing-library/react';

import { failure } from '../testing/fakeBackend';
import { fakeTemplate } from '../testing/fakes';
import { changed, complete, lastQuery, pick, ran, requests, setup, typeInto } from '../testing/queryPage';
import { type FlaglensQuery } from '../types';

beforeEach(() => {
  ran.mockReset();
  changed.mockReset();
  setTemplateSrv(fakeTemplate({ flag: 'checkout-v2' }));
});

describe('QueryEditor', () => {
  it('builds a query with the keyboard alone, and runs it once it says enough', async () => {
    const user = setup();
    await pick(user, 'Flag', 'checkout-v2');
    expect(lastQuery()).toMatchObject({
      queryType: 'compare',
      flag: 'checkout-v2',
      signals: ['latency', 'errors', 'throughput'],
    });
    expect(ran).toHaveBeenCalledTimes(1);

    await pick(user, 'Baseline', 'off');
    await pick(user, 'Variants', 'on');
    await pick(user, 'Group by', 'route');
    expect(lastQuery()).toMatchObject({ baseline: 'off', variants: ['on'], groupBy: ['route'] });
    expect(ran).toHaveBeenCalledTimes(4);
  });

  it('does not run a query that lacks a signal', async () => {
    const user = setup({ ...complete, signals: ['latency'] });
    act(() => screen.getByLabelText('Signals').focus());
    await user.keyboard('{Backspace}');
    expect(lastQuery().signals).toBeUndefined();
    expect(ran).not.toHaveBeenCalled();
  });

  it('forgets baseline and variants of another flag', async () => {
    const user = setup({ ...complete, baseline: 'off', variants: ['on'] });
    await pick(user, 'Flag', 'search-ranking');
    expect(lastQuery()).toMatchObject({ flag: 'search-ranking', baseline: undefined, variants: undefined });
  });

  it('takes a flag that Prometheus does not know yet', async () => {
    const user = setup();
    await pick(user, 'Flag', 'coming "soon" {🎏}');
    expect(lastQuery().flag).toBe('coming "soon" {🎏}');
  });

  it("offers the dashboard's variables, and looks a variable's variants up by its value", async () => {
    const user = setup({ queryType: 'compare', signals: ['latency'] });
    await pick(user, 'Flag', '$flag');
    expect(lastQuery().flag).toBe('$flag');
    await pick(user, 'Variants', 'on');
    expect(requests.filter(({ url }) => url.endsWith('/variants')).map(({ params }) => params)).toEqual([
      { flag: 'checkout-v2' },
    ]);
  });

  it.each([
    ['0.75', 0.75],
    ['p99.9', 0.999],
    ['12%', 0.12],
  ])('takes the quantile %s', async (text, wanted) => {
    const user = setup(complete);
    await typeInto(user, 'Quantiles', text);
    await user.keyboard('{Enter}');
    expect(lastQuery().quantiles).toEqual([wanted]);
  });

  it.each(['1.5', 'p101', '-1', 'fast'])('refuses the quantile %s in place', async (text) => {
    const user = setup(complete);
    await typeInto(user, 'Quantiles', text);
    await user.keyboard('{Enter}');
    expect(await screen.findByText(new RegExp(`"${text}" is no quantile`))).toBeInTheDocument();
    expect(changed).not.toHaveBeenCalled();
  });

  it('adds, changes and removes a filter', async () => {
    const user = setup(complete);
    await user.click(screen.getByRole('button', { name: 'Add a filter' }));
    expect(screen.getByLabelText('Filter 1, value')).toBeDisabled();

    await pick(user, 'Filter 1, label', 'route');
    expect(lastQuery().filters).toEqual([{ key: 'route', operator: '=', value: '' }]);
    await pick(user, 'Filter 1, value', '/cart');
    await pick(user, 'Filter 1, operator', '!=');
    expect(lastQuery().filters).toEqual([{ key: 'route', operator: '!=', value: '/cart' }]);

    await user.click(screen.getByRole('button', { name: 'Remove filter 1' }));
    expect(lastQuery().filters).toBeUndefined();
  });

  it.each<[FlaglensQuery['queryType'], string[], string[]]>([
    ['compare', ['Format', 'Flag', 'Signals', 'Quantiles', 'Show', 'Group by'], []],
    ['split', ['Format', 'Flag', 'Signals', 'Quantiles', 'Group by'], ['Show']],
    ['distribution', ['Format', 'Flag', 'Signals', 'Show', 'Group by'], ['Quantiles', 'Legend', 'Stats']],
    ['flags', [], ['Format', 'Flag', 'Signals', 'Quantiles', 'Show', 'Group by']],
  ])('shows for %s what means something', async (queryType, shown, hidden) => {
    setup({ ...complete, queryType });
    await screen.findByLabelText('Query type');
    shown.forEach((label) => expect(screen.getByLabelText(label)).toBeInTheDocument());
    hidden.forEach((label) => expect(screen.queryByLabelText(label)).not.toBeInTheDocument());
  });

  it('shows traces, hides them, or leaves it to the settings', async () => {
    const user = setup(complete);
    await pick(user, 'Traces', 'Not shown');
    expect(lastQuery().exemplars).toBe(false);
    await pick(user, 'Format', 'Table');
    expect(lastQuery()).toMatchObject({ format: 'table' });
    expect(screen.queryByLabelText('Traces')).not.toBeInTheDocument();
    await pick(user, 'Format', 'Time series');
    await pick(user, 'Traces', 'As set');
    expect(lastQuery().exemplars).toBeUndefined();
  });

  it('leaves a format out that the chosen type does not have, and keeps the rest', async () => {
    const user = setup({ ...complete, format: 'table' });
    await pick(user, 'Query type', 'Distribution');
    expect(lastQuery()).toMatchObject({ ...complete, queryType: 'distribution', format: undefined });
  });

  it('starts anew on a query that another datasource left behind', async () => {
    const user = setup({ refId: 'A', queryType: 'range' as FlaglensQuery['queryType'] });
    await pick(user, 'Flag', 'checkout-v2');
    expect(lastQuery()).toMatchObject({ queryType: 'compare', flag: 'checkout-v2' });
  });

  it('says why the choices are missing, and asks again', async () => {
    let down = true;
    const user = setup(complete, {
      flags: () => {
        if (down) {
          throw failure(502, 'connection refused');
        }
        return { flags: [] };
      },
    });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The flags could not be loaded: connection refused');
    down = false;
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByRole('alert')).not.toBeInTheDocument());
  });
});

describe('what is folded', () => {
  it('is short at first, and says what is set behind Options', async () => {
    setup({ ...complete, baseline: 'off', filters: [{ key: 'route', operator: '=', value: '/cart' }] }, {}, []);
    await screen.findByLabelText('Signals');
    for (const label of ['Baseline', 'Quantiles', 'Group by', 'Legend']) {
      expect(screen.queryByLabelText(label)).not.toBeInTheDocument();
    }
    expect(screen.getByText('Baseline: off · Filters: route=/cart · Legend: Full · Detail: Everything')).toBeVisible();
    expect(requests.filter(({ url }) => url.endsWith('/promql'))).toEqual([]);
  });

  it.each<[FlaglensQuery['queryType'], Partial<FlaglensQuery>, string]>([
    ['compare', { legend: 'short', detail: 'essential' }, 'Legend: Short · Detail: Essential'],
    ['compare', { legend: '{{variant}}' }, 'Legend: {{variant}} · Detail: Everything'],
    ['compare', { format: 'alert' }, 'Legend: Full'],
    ['verdict', { format: 'alert', stats: ['regressed'], since: 'range' }, 'Stats: regressed · Since: range'],
    ['distribution', { roles: ['feature'], quantiles: [0.5] }, 'Show: feature · Detail: Everything'],
    ['flags', { baseline: 'off' }, 'Detail: Everything'],
  ])('of %s with %j reads %s', (queryType, set, wanted) => {
    setup({ queryType, flag: 'checkout-v2', signals: ['latency'], ...set }, {}, []);
    expect(screen.getByText(wanted)).toBeVisible();
  });
});

describe('how an answer looks', () => {
  it('takes a legend and a detail', async () => {
    const user = setup({ ...complete, legend: 'short', detail: 'essential' });
    await pick(user, 'Legend', 'Full');
    expect(lastQuery().legend).toBeUndefined();
    await pick(user, 'Legend', '{{variant}} {{stat}}');
    expect(lastQuery().legend).toBe('{{variant}} {{stat}}');
    await pick(user, 'Detail', 'Everything');
    expect(lastQuery().detail).toBe('everything');
  });

  it('leaves a query of old as it was saved', async () => {
    const user = setup(complete);
    await pick(user, 'Group by', 'route');
    expect(lastQuery()).toEqual({ refId: 'A', ...complete, groupBy: ['route'] });
  });
});

describe('a change of type', () => {
  const latency = { id: 'latency', name: 'Latency', kind: 'histogram', unit: 's', metric: 'x', direction: 'lower' };
  const errors = { id: 'errors', name: 'Errors', kind: 'ratio', metric: 'y', direction: 'lower' };
  const traffic = {
    id: 'throughput',
    name: 'Throughput',
    kind: 'rate',
    unit: 'reqps',
    metric: 'y',
    direction: 'neutral',
  };
  const other = { ...latency, id: 'queue', name: 'Queue' };

  it.each<[string, string[], unknown[], string[]]>([
    ['Distribution', ['latency', 'errors', 'throughput'], [latency, errors, traffic], ['latency']],
    ['Distribution', ['errors'], [errors, latency], ['latency']],
    ['Distribution', ['errors'], [errors, other], ['queue']],
    ['Distribution', ['$what', 'errors'], [errors, latency], ['$what']],
    ['Backtest', ['latency', 'errors', 'throughput'], [latency, errors, traffic], ['latency', 'errors']],
    ['Backtest', ['throughput'], [latency, errors, traffic], ['latency', 'errors']],
    ['Verdict', ['latency', 'throughput'], [latency, errors, traffic], ['latency', 'throughput']],
  ])('to %s keeps of %j what it can answer for', async (type, signals, catalogue, wanted) => {
    const user = setup({ ...complete, signals }, { signals: () => ({ signals: catalogue }) });
    await screen.findByLabelText('Query type');
    await waitFor(() => expect(requests.some(({ url }) => url.endsWith('/signals'))).toBe(true));
    await pick(user, 'Query type', type);
    expect(lastQuery().signals).toEqual(wanted);
  });

  it('gives a type signals that needs some, where there were none', async () => {
    const user = setup({ queryType: 'changes', flag: 'checkout-v2' });
    await screen.findByLabelText('Query type');
    await pick(user, 'Query type', 'Compare');
    expect(lastQuery().signals).toEqual(['latency', 'errors']);
  });

  it('leaves roles out that a distribution has not', async () => {
    const user = setup({ ...complete, roles: ['feature', 'ratio'] });
    await pick(user, 'Query type', 'Distribution');
    expect(lastQuery().roles).toEqual(['feature']);
    await pick(user, 'Query type', 'Verdict');
    expect(lastQuery().roles).toBeUndefined();
  });
});

it('writes the unit of a margin as Grafana does', async () => {
  setup(
    { queryType: 'verdict', flag: 'checkout-v2', signals: ['throughput'] },
    {
      signals: () => ({
        signals: [{ id: 'throughput', name: 'Throughput', kind: 'rate', unit: 'reqps', metric: 'x' }],
      }),
    }
  );
  expect(await screen.findByText('req/s')).toBeInTheDocument();
  expect(screen.queryByText('reqps')).not.toBeInTheDocument();
});

describe('the PromQL', () => {
  const asked = () => requests.filter(({ url }) => url.endsWith('/promql'));

  it('waits for a query that says enough', async () => {
    setup({ queryType: 'compare', signals: ['latency'] });
    expect(await screen.findByText(/Choose a flag and a signal/)).toBeInTheDocument();
    expect(asked()).toEqual([]);
  });

  it('is what the backend builds of the query with its variables filled in', async () => {
    setup({ ...complete, flag: '$flag' });
    expect(await screen.findByLabelText('PromQL of latency')).toHaveTextContent('rate(http_seconds[1m])');
    const data = asked()[0]?.data as { query: unknown; from: number; to: number; intervalMs: number };
    expect(data.query).toMatchObject({ queryType: 'compare', flag: 'checkout-v2', signals: ['latency'] });
    expect(data.to - data.from).toBe(6 * 3600 * 1000);
    expect(data.intervalMs).toBeGreaterThan(0);
  });

  it('follows the query', async () => {
    const user = setup(complete);
    await screen.findByLabelText('PromQL of latency');
    await pick(user, 'Variants', 'on');
    await waitFor(() => expect(asked().at(-1)?.data).toMatchObject({ query: { variants: ['on'] } }));
  });

  it('is copied', async () => {
    const user = setup(complete);
    // Elsewhere than on https and localhost a browser has no clipboard to write to.
    Object.assign(window, { isSecureContext: true });
    await user.click(await screen.findByRole('button', { name: 'Copy the PromQL of latency' }));
    await expect(navigator.clipboard.readText()).resolves.toBe('rate(http_seconds[1m])');
  });

  it('shows expressions once that several signals share', async () => {
    setup(complete, {
      promql: () => ({
        statements: ['latency', 'throughput'].map((signal) => ({ signal, expr: 'rate(x[1m])', step: '15s' })),
      }),
    });
    expect(await screen.findByLabelText('PromQL of latency, throughput')).toBeInTheDocument();
  });

  it('says in words why it could not be built', async () => {
    setup(complete, {
      promql: () => {
        throw failure(400, 'signals[0]: "latency" is not in the catalogue');
      },
    });
    expect(
      await screen.findByText('The PromQL could not be built: signals[0]: "latency" is not in the catalogue')
    ).toBeInTheDocument();
  });

  it.each<[FlaglensQuery['format'], string]>([
    ['alert', 'once, at the end of the range'],
    ['table', 'once, over the whole range'],
  ])('as %s says when it is evaluated: %s', async (format, wanted) => {
    setup({ ...complete, format }, { promql: () => ({ statements: [{ signal: 'latency', expr: 'rate(x[1m])' }] }) });
    expect(await screen.findByText(wanted)).toBeInTheDocument();
  });

  it('can be put away', async () => {
    const user = setup(complete);
    await screen.findByLabelText('PromQL of latency');
    await user.click(screen.getByRole('button', { name: 'PromQL', expanded: true }));
    expect(screen.queryByLabelText('PromQL of latency')).not.toBeInTheDocument();
  });
});
