import { setDataSourceSrv, setTemplateSrv } from '@grafana/runtime';
import { act, screen, waitFor, within } from '@testing-library/react';

import { failure, fakeBackend } from '../testing/fakeBackend';
import { FakeDatasources, fakeTemplate } from '../testing/fakes';
import { fillIn, pick, saved, setup, show } from '../testing/settingsPage';

beforeEach(() => {
  setTemplateSrv(fakeTemplate());
  setDataSourceSrv(new FakeDatasources());
  fakeBackend();
});

describe('the connection', () => {
  it('takes the URL', async () => {
    const user = await setup();
    await fillIn(user, 'Data source connection URL', 'https://prometheus.example');
    expect(saved.url).toBe('https://prometheus.example');
  });

  it('offers basic authentication, TLS and custom headers', async () => {
    const user = await setup();
    await pick(user, 'Authentication method', 'Basic authentication');
    expect(saved.basicAuth).toBe(true);
    await pick(user, 'Authentication method', 'Forward OAuth Identity');
    expect(saved).toMatchObject({ basicAuth: false, jsonData: { oauthPassThru: true } });
    expect(screen.getByText('TLS settings')).toBeInTheDocument();
    expect(screen.getByText('HTTP headers')).toBeInTheDocument();
  });

  it('takes a bearer token as a header, which Grafana keeps secret', async () => {
    const user = await setup();
    await user.click(screen.getByRole('button', { name: 'Expand section HTTP headers' }));
    await user.click(screen.getByRole('button', { name: 'Add header' }));
    await fillIn(user, 'Header', 'Authorization');
    await fillIn(user, 'Value', 'Bearer secret');
    await user.tab();
    expect(saved.jsonData).toMatchObject({ httpHeaderName1: 'Authorization' });
    expect(saved.secureJsonData).toMatchObject({ httpHeaderValue1: 'Bearer secret' });
    expect(JSON.stringify(saved.jsonData)).not.toContain('secret');
  });
});

describe('the split', () => {
  it('is the preset’s until another is chosen, and can be again', async () => {
    const user = await setup();
    await pick(user, 'Way to split', 'Flag and variant labels');
    expect(screen.getByLabelText('Flag label')).toHaveAttribute('placeholder', 'feature_flag_key');
    await fillIn(user, 'Flag label', 'flag');
    expect(saved.jsonData.split).toEqual({ mode: 'labels', flagLabel: 'flag' });
    await pick(user, 'Way to split', 'As the preset');
    expect(saved.jsonData).not.toHaveProperty('split');
  });

  it('takes the prefix of flag labels', async () => {
    const user = await setup({ split: { mode: 'flag_label' } });
    await fillIn(user, 'Label prefix', 'flag_');
    expect(saved.jsonData.split).toEqual({ mode: 'flag_label', prefix: 'flag_' });
  });

  it('wants the info metric and what to join on', async () => {
    const user = await setup({ split: { mode: 'info' } });
    expect(screen.getByText('Name the info metric')).toBeInTheDocument();
    expect(screen.getByText('Name a label to join on')).toBeInTheDocument();
    await fillIn(user, 'Info metric *', 'deployment_info');
    await fillIn(user, 'Joined on', 'instance');
    await user.keyboard('{Enter}');
    expect(saved.jsonData.split).toEqual({ mode: 'info', infoMetric: 'deployment_info', on: ['instance'] });
    expect(screen.queryByText(/^Name /)).not.toBeInTheDocument();
  });

  it('lists the selectors of matchers', async () => {
    const user = await setup({ split: { mode: 'matchers' } });
    await user.click(screen.getAllByRole('button', { name: 'Add a flag' })[0] ?? document.body);
    await fillIn(user, 'Flag *', 'canary');
    await fillIn(user, 'Variant 1 of canary, name', 'stable');
    await fillIn(user, 'Variant 1 of canary, selector', 'version="1"');
    expect(screen.getByText('Give each variant a name and a selector')).toBeInTheDocument();
    await fillIn(user, 'Variant 2 of canary, selector', 'version="2",region=~"eu.*"');
    expect(saved.jsonData.split?.flags).toEqual([
      {
        flag: 'canary',
        variants: [
          { variant: 'stable', selector: 'version="1"' },
          { variant: 'feature', selector: 'version="2",region=~"eu.*"' },
        ],
      },
    ]);
    await user.click(screen.getByRole('button', { name: 'Remove variant 2 of canary' }));
    expect(screen.getByText(/A comparison needs two variants/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Remove canary' }));
    expect(saved.jsonData.split).toEqual({ mode: 'matchers' });
  });

  it('refuses a label that Prometheus keeps for itself', async () => {
    const user = await setup({ split: { mode: 'labels' } });
    await fillIn(user, 'Variant label', '__name__');
    expect(screen.getByText(/"__name__" is reserved/)).toBeInTheDocument();
  });
});

describe('the signals', () => {
  const list = () => screen.getByRole('list', { name: 'Signals' });

  it('are those of the preset', async () => {
    const user = await setup();
    expect(within(list()).getAllByRole('listitem')).toHaveLength(2);
    await pick(user, 'Preset', 'None');
    expect(saved.jsonData.preset).toBe('none');
    expect(screen.getByText(/There is no signal/)).toBeInTheDocument();
  });

  it('can be changed, and restored', async () => {
    const user = await setup();
    await user.click(screen.getByRole('button', { name: 'Edit Latency' }));
    expect(screen.getByLabelText('Id *')).toBeDisabled();
    await fillIn(user, 'Margin, relative', '0.25');
    expect(saved.jsonData.signals).toEqual([
      {
        id: 'latency',
        name: 'Latency',
        kind: 'histogram',
        metric: 'http_seconds',
        unit: 's',
        direction: 'lower',
        margin: { relative: 0.25 },
      },
    ]);
    // The field is still there, with the focus, although the signal is now the user's.
    expect(screen.getByLabelText('Margin, relative')).toHaveFocus();
    expect(screen.getByText('Changed')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Restore Latency' }));
    expect(saved.jsonData).not.toHaveProperty('signals');
  });

  it('can be added and removed', async () => {
    const user = await setup();
    await user.click(screen.getByRole('button', { name: 'Add a signal' }));
    expect(screen.getByText(/Give the signal an id/)).toBeInTheDocument();
    expect(screen.getByText('Name the metric')).toBeInTheDocument();

    await fillIn(user, 'Id *', 'orders');
    await user.tab();
    await fillIn(user, 'Name', 'Orders');
    await pick(user, 'Kind', 'Rate');
    await pick(user, 'Metric *', 'orders_total');
    expect(saved.jsonData.signals).toEqual([{ id: 'orders', name: 'Orders', kind: 'rate', metric: 'orders_total' }]);
    expect(screen.queryByText(/Give the signal an id/)).not.toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: 'Remove Orders' }));
    expect(saved.jsonData).not.toHaveProperty('signals');
  });

  it.each([
    ['two words', /without spaces/],
    ['a,b', /without spaces/],
    ['orders', /there already/],
  ])('refuse the id %s', async (id, message) => {
    const orders = { id: 'orders', name: 'Orders', kind: 'rate' as const, metric: 'orders_total' };
    const user = await setup({ signals: [orders, { ...orders, id: 'other', name: 'Other' }] });
    await user.click(screen.getByRole('button', { name: 'Edit Other' }));
    await fillIn(user, 'Id *', id);
    await user.tab();
    expect(screen.getByText(message)).toBeInTheDocument();
  });

  it('of kind ratio say which events count, and only they', async () => {
    const user = await setup({ signals: [{ id: 'x', name: 'X', kind: 'ratio', metric: 'm', bad: 'code="500"' }] });
    await user.click(screen.getByRole('button', { name: 'Edit X' }));
    await user.clear(screen.getByLabelText('Counted events *'));
    expect(screen.getByText('Say which events count')).toBeInTheDocument();
    await fillIn(user, 'Counted events *', 'code=~"5.."');
    expect(saved.jsonData.signals?.[0]?.bad).toBe('code=~"5.."');
    await pick(user, 'Kind', 'Rate');
    expect(saved.jsonData.signals?.[0]).not.toHaveProperty('bad');
  });

  it('can be split in a way of their own', async () => {
    const user = await setup({ signals: [{ id: 'x', name: 'X', kind: 'gauge', metric: 'm' }] });
    await user.click(screen.getByRole('button', { name: 'Edit X' }));
    const form = within(screen.getByRole('group', { name: 'Signal X' }));
    act(() => form.getByLabelText('Way to split').focus());
    await user.paste('Flag as label');
    await user.keyboard('{Enter}');
    expect(saved.jsonData.signals?.[0]?.split).toEqual({ mode: 'flag_label' });
  });
});

describe('the baseline', () => {
  it('has usual names, and others for single flags', async () => {
    const user = await setup();
    await fillIn(user, 'Usual names', 'stable');
    await user.keyboard('{Enter}');
    expect(saved.jsonData.baselineNames).toEqual(['stable']);

    await user.click(screen.getByRole('button', { name: 'Add a flag' }));
    await fillIn(user, 'Flag 1', 'checkout-v2');
    expect(saved.jsonData).not.toHaveProperty('baselines');
    await fillIn(user, 'Baseline of flag 1', 'v1');
    expect(saved.jsonData.baselines).toEqual({ 'checkout-v2': 'v1' });
    await user.click(screen.getByRole('button', { name: 'Remove flag 1' }));
    expect(saved.jsonData).not.toHaveProperty('baselines');
  });

  it('says when a flag is there twice', async () => {
    const user = await setup({ baselines: { a: 'x', b: 'y' } });
    await fillIn(user, 'Flag 2', 'a');
    expect(screen.getByText(/"a" is there twice/)).toBeInTheDocument();
  });
});

describe('the queries', () => {
  it.each([
    ['Scrape interval', 'timeInterval', '5s', 'soon'],
    ['Query timeout', 'queryTimeout', '1m30s', '30'],
  ] as const)('%s is a duration', async (label, field, good, bad) => {
    const user = await setup();
    await fillIn(user, label, good);
    expect(saved.jsonData[field]).toBe(good);
    expect(screen.queryByText(/is no duration/)).not.toBeInTheDocument();
    await fillIn(user, label, bad);
    expect(screen.getByText(`"${bad}" is no duration: write it like 15s or 1m30s`)).toBeInTheDocument();
    await user.clear(screen.getByLabelText(label));
    expect(saved.jsonData).not.toHaveProperty(field);
  });

  it('have limits', async () => {
    const user = await setup();
    await fillIn(user, 'Most variants', '5');
    await fillIn(user, 'Most series', '1.5');
    expect(saved.jsonData.limits).toEqual({ maxVariants: 5, maxSeries: 1.5 });
    expect(screen.getByText('Write a whole number above 0')).toBeInTheDocument();
    await user.clear(screen.getByLabelText('Most series'));
    await user.clear(screen.getByLabelText('Most variants'));
    expect(saved.jsonData).not.toHaveProperty('limits');
  });

  it('are sent by the chosen method, and may fail on partial data', async () => {
    const user = await setup();
    await pick(user, 'HTTP method', 'GET');
    await user.click(screen.getByLabelText('Partial is an error'));
    expect(saved.jsonData).toMatchObject({ httpMethod: 'GET', partialAsError: true });
  });
});

it('cannot be changed where they are provisioned', async () => {
  await setup({ split: { mode: 'labels' } }, { readOnly: true });
  expect(screen.getByLabelText('Scrape interval')).toBeDisabled();
  expect(screen.getByLabelText('Flag label')).toBeDisabled();
  expect(screen.queryByRole('button', { name: 'Add a signal' })).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Add a flag' })).not.toBeInTheDocument();
});

it('folds what is rarely touched, and opens authentication where something of it is set', async () => {
  await setup();
  const folds = () => [...document.querySelectorAll('details')].map(({ open }) => open);
  expect(folds()).toEqual([false, false, false]);
  document.body.replaceChildren();
  await setup({}, { secureJsonFields: { httpHeaderValue1: true } });
  expect(folds()).toEqual([true, false, false]);
});

it('leads to Setup', async () => {
  await setup();
  expect(screen.getByRole('link', { name: 'Let Setup find flags and metrics' })).toHaveAttribute(
    'href',
    '/a/flaglens-app/setup?datasource=flaglens'
  );
});

it('says that the app has to be enabled where it is not', async () => {
  fakeBackend({ '': () => ({ enabled: false }) });
  await setup();
  expect(await screen.findByText('The Flaglens app is not enabled in this organization')).toBeInTheDocument();
});

it('lists the metrics of the split that is chosen, saved or not', async () => {
  const requests = fakeBackend();
  const user = await setup();
  await pick(user, 'Way to split', 'Flag as label');
  const asked = () => requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/metrics'));
  await waitFor(
    () =>
      expect(asked().at(-1)?.data).toEqual({
        settings: { split: expect.objectContaining({ mode: 'flag_label' }) as unknown },
      }),
    { timeout: 10_000 }
  );
});

it('takes markers once both their fields are filled, and leaves none behind', async () => {
  const user = await setup();
  await user.click(screen.getByRole('button', { name: 'Add a marker' }));
  await fillIn(user, 'Metric of marker 1', 'maintenance_active');
  expect(saved.jsonData.markers).toBeUndefined();
  await fillIn(user, 'Title of marker 1', 'maintenance');
  expect(saved.jsonData.markers).toEqual([{ metric: 'maintenance_active', title: 'maintenance' }]);
  await user.click(screen.getByRole('button', { name: 'Remove marker 1' }));
  expect(saved.jsonData).not.toHaveProperty('markers');
});

it('says why the presets are missing', async () => {
  fakeBackend({
    presets: () => {
      throw failure(503, 'the plugin is starting');
    },
  });
  show();
  expect(await screen.findByText(/The presets could not be loaded: the plugin is starting/)).toBeInTheDocument();
});

it('takes by which rules verdicts are reached', async () => {
  const user = await setup();
  await fillIn(user, 'Alpha', '0.05');
  expect(saved.jsonData.alpha).toBe(0.05);
  await fillIn(user, 'Alpha', '0.5');
  expect(screen.getByText(/at most 0.1/)).toBeInTheDocument();

  await fillIn(user, 'Allocation metric', 'allocation_ratio');
  await user.tab();
  await fillIn(user, 'Its variant label', 'arm');
  expect(saved.jsonData.allocationMetric).toEqual({ metric: 'allocation_ratio', variantLabel: 'arm' });
  await fillIn(user, 'Allocation metric', '');
  await user.tab();
  expect(saved.jsonData.allocationMetric).toBeUndefined();

  await user.click(screen.getByText('Add an allocation'));
  await fillIn(user, 'Allocated flag 1', 'checkout-v2');
  await fillIn(user, 'Shares of flag 1', 'off=90, on=1o');
  expect(saved.jsonData.allocations).toBeUndefined();
  await fillIn(user, 'Shares of flag 1', 'off=90, on=10');
  expect(saved.jsonData.allocations).toEqual({ 'checkout-v2': { off: 90, on: 10 } });
});
