import { addressOf } from './support/environment';
import { comparison, expect, test } from './support/fixtures';

const settings = '/api/datasources/uid/flaglens';

/** Failed requests are what these tests are about; the browser tells of each. */
test.use({ tolerated: [/Failed to load resource/] });

async function put(change: object): Promise<void> {
  const response = await fetch(addressOf('workbench') + settings, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** Points the datasource to another server, as saving its settings does. */
function setUrl(url: string): Promise<void> {
  return put({ url });
}

async function settingsNow(): Promise<object> {
  const response = await fetch(addressOf('workbench') + settings);
  return ((await response.json()) as { jsonData: object }).jsonData;
}

test.afterEach(() => setUrl(addressOf('prometheus')));

test('a flag that does not exist is explained in words', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=no-such-flag');
  const panel = page.getByTestId('flaglens-panel').first();
  await expect(panel).toContainText('flag "no-such-flag" has no series in this range');
  for (const flag of ['checkout-v2', 'recommendations', 'search-ranking']) {
    await expect(panel).toContainText(flag);
  }
  // Nothing is drawn in place of numbers that are not there.
  await expect(panel.locator('[data-testid="flaglens-table-baseline"]:not([data-value=""])')).toHaveCount(0);
});

test('a Prometheus that is not there is reported in every panel', async ({ page, open }) => {
  await setUrl('http://127.0.0.1:1');
  await open('/d/flaglens-feature?var-flag=checkout-v2');
  const failure = /connect|reach|refused/i;
  await expect(page.getByTestId('flaglens-panel').first()).toContainText(failure);
  const route = page.getByRole('region', { name: /by route/ });
  await expect(route.getByRole('alert')).toContainText(failure);
});

test('a Prometheus that goes away is reported, and its return is noticed', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=checkout-v2&refresh=5s');
  await comparison(page);
  await setUrl('http://127.0.0.1:1');
  const panel = page.getByTestId('flaglens-panel').first();
  await expect(panel).toContainText(/connect|reach|refused/i, { timeout: 20_000 });
  await setUrl(addressOf('prometheus'));
  await expect(panel.getByTestId('flaglens-table-baseline').first()).toHaveAttribute('data-value', /\d/, {
    timeout: 20_000,
  });
  await expect(panel).toHaveAttribute('data-state', 'ready');
});

test('while an answer is on its way, the last one stays and is marked as busy', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=checkout-v2&refresh=');
  const panel = await comparison(page);
  await expect(panel).toHaveAttribute('aria-busy', 'false');
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/ds/query*', async (route) => {
    await released;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(panel).toHaveAttribute('aria-busy', 'true');
  await expect(panel.getByTestId('flaglens-table-baseline').first()).toHaveAttribute('data-value', /\d/);
  release();
  await expect(panel).toHaveAttribute('aria-busy', 'false');
  await page.unrouteAll({ behavior: 'wait' });
});

test('an answer that takes longer than the refresh is shown all the same', async ({ page, open }) => {
  await page.route('**/api/ds/query*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 7000));
    await route.continue();
  });
  await open('/d/flaglens-feature?var-flag=checkout-v2&from=now-5m&to=now&refresh=5s');
  await comparison(page);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a signal that cannot be read takes no other away', async ({ page, open }) => {
  const before = await settingsNow();
  const broken = {
    id: 'broken',
    name: 'Broken',
    kind: 'histogram',
    metric: 'feature_flag_http_request_duration_seconds_count',
  };
  await put({ jsonData: { ...before, signals: [broken] } });
  try {
    const query = { queryType: 'compare', flag: 'checkout-v2', signals: ['latency', 'broken'] };
    await open(`/explore?query=${encodeURIComponent(JSON.stringify(query))}`);
    const panel = await comparison(page);
    await expect(panel).toContainText('broken');
    await expect(panel).toHaveAttribute('data-state', 'partial');
  } finally {
    await put({ jsonData: before });
  }
});

test('the settings page says what is wrong with an address, and fixes it', async ({ page, open }) => {
  await open('/datasource');
  const url = page.getByRole('textbox', { name: /connection URL/ });
  await expect(url).toHaveValue(addressOf('prometheus'));
  await url.fill('http://127.0.0.1:1');
  await page.getByRole('button', { name: 'Save and test' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'does not work' })).toContainText(/connect|reach|refused/i);
  await url.fill(addressOf('prometheus'));
  await page.getByRole('button', { name: 'Save and test' }).click();
  await expect(page.getByText('The datasource works')).toBeVisible();
});

test('a server that is no Prometheus is recognised', async ({ page, open }) => {
  await open('/datasource');
  await page.getByRole('textbox', { name: /connection URL/ }).fill(addressOf('workbench'));
  await page.getByRole('button', { name: 'Save and test' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'does not work' })).toContainText(/Prometheus/);
});

test('an address that leads nowhere is reported', async ({ page, open }) => {
  await open('/nowhere');
  await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible();
  await open('/d/no-such-dashboard');
  await expect(page.getByRole('alert')).toContainText('Dashboard not found');
});
