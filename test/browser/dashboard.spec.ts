import { comparison, expect, test } from './support/fixtures';
import { instantQuery } from './support/prometheus';

test('the start page is the dashboard of a feature', async ({ page, open }) => {
  await open('/');
  await expect(page).toHaveURL(/\/d\/flaglens-feature/);
  await expect(page.getByRole('heading', { level: 1, name: 'Feature' })).toBeVisible();
  await comparison(page);
});

for (const [flag, baseline, feature] of [
  ['checkout-v2', 'off', 'on'],
  ['search-ranking', 'control', 'new-ranking'],
  ['recommendations', 'off', 'on'],
] as const) {
  test(`${flag} is shown with both variants`, async ({ page, open }) => {
    await open(`/d/flaglens-feature?var-flag=${flag}`);
    const panel = await comparison(page);
    await expect(panel.getByTestId('flaglens-header')).toContainText(flag);
    await expect(panel.getByTestId('flaglens-header')).toContainText(feature);
    for (const [column, variant] of [
      ['baseline', baseline],
      ['feature', feature],
    ]) {
      const cell = panel.locator(`[data-testid="flaglens-table-${column}"][data-signal="latency"][data-stat="p95"]`);
      await expect(cell).toHaveAttribute('data-variant', variant ?? '');
      await expect(cell).toHaveAttribute('data-value', /^0\.\d+/);
    }
  });
}

test('the list of flags has all of them with their variants', async ({ page, open }) => {
  await open('/d/flaglens-feature');
  const list = page.getByRole('table', { name: 'All flags' });
  await list.scrollIntoViewIfNeeded();
  for (const text of ['checkout-v2', 'search-ranking', 'recommendations', 'control', 'new-ranking']) {
    await expect(list).toContainText(text);
  }
});

test('the table by route leaves out what is the same in every row', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=checkout-v2');
  const table = page.getByRole('table', { name: /by route/ });
  await expect(table).toContainText('/checkout');
  const headers = await table.getByRole('columnheader').allInnerTexts();
  expect(headers).toContain('route');
  for (const name of ['flag', 'baseline', 'direction', 'signal', 'stat', 'unit', /_lower$/, /_upper$/]) {
    expect(headers).not.toContainEqual(expect.stringMatching(new RegExp(name instanceof RegExp ? name : `^${name}$`)));
  }
});

test('another flag is chosen with the keyboard and stands in the address', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=checkout-v2');
  await comparison(page);
  const choice = page.getByRole('combobox', { name: 'Flag' });
  await choice.focus();
  await choice.fill('search');
  await page.getByRole('option', { name: 'search-ranking' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/var-flag=search-ranking/);
  await expect(page.getByTestId('flaglens-header').first()).toContainText('new-ranking');
});

test('a link to the other dashboard keeps flag and time; back leads back', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=search-ranking&from=now-5m&to=now');
  await comparison(page);
  await page.getByRole('main').getByRole('link', { name: 'Existing application' }).click();
  await expect(page).toHaveURL(/flaglens-existing-application\?.*var-flag=search-ranking.*from=now-5m/);
  await expect(page.getByRole('combobox', { name: 'Flag' })).toHaveValue('search-ranking');
  await page.goBack();
  await expect(page).toHaveURL(/\/d\/flaglens-feature\?.*from=now-5m/);
  await comparison(page);
});

test('the existing application shows the baseline alone', async ({ page, open }) => {
  await open('/d/flaglens-existing-application?var-flag=checkout-v2');
  const latency = page.getByTestId('panel-1');
  await expect(latency).toContainText(/\d+(\.\d+)?\s*m?s/);
  await expect(page.getByRole('main')).toContainText('latency p95 · off');
  await expect(page.getByText(/· on\b/)).toHaveCount(0);
});

/** What of a frame's JSON says when its series have their newest value. */
interface SeriesFrame {
  schema: { meta?: { dataTopic?: string } };
  data: { values: unknown[][] };
}

interface Answer {
  results?: Record<string, { frames?: SeriesFrame[] }>;
}

/** The time of the newest value of the series in an answer. Exemplars lie between the points of the lines: they are none. */
function newestIn(answer: Answer): number {
  const series = Object.values(answer.results ?? {})
    .flatMap(({ frames = [] }) => frames)
    .filter(({ schema }) => schema.meta?.dataTopic !== 'annotations');
  const ofValues = series.flatMap(({ data: { values: columns } }) => {
    const [times = [], values = []] = columns;
    return times.filter((time, index) => typeof time === 'number' && typeof values[index] === 'number') as number[];
  });
  return Math.max(0, ...ofValues);
}

test('what was scraped is on the page within 10 seconds', async ({ page, open }) => {
  let newest = 0;
  page.on('response', (response) => {
    if (response.url().includes('/api/ds/query')) {
      response.json().then(
        (answer: Answer) => (newest = Math.max(newest, newestIn(answer))),
        // An answer that the end of the test cuts off has nothing more to say.
        () => undefined
      );
    }
  });
  await open('/d/flaglens-feature?var-flag=checkout-v2&from=now-2m&to=now');
  const panel = await comparison(page);
  // A shop that has just started has no rates until it was scraped twice: until then the newest are the loaded history's.
  await expect.poll(() => newest).toBeGreaterThan(0);
  const loaded = newest;
  await expect.poll(() => newest, { timeout: 60_000 }).toBeGreaterThan(loaded);
  // Two newer scrapes after the page first drew, each to be seen in time.
  for (let round = 0; round < 2; round++) {
    const drawn = newest;
    const scraped = async () =>
      1000 * Math.max(...(await instantQuery('timestamp(up{job="shop"})', Date.now())).map(({ value }) => value));
    await expect.poll(scraped, { timeout: 15_000, intervals: [250] }).toBeGreaterThan(drawn + 5000);
    const target = drawn + 5000;
    await expect.poll(() => newest, { timeout: 10_000, intervals: [200] }).toBeGreaterThanOrEqual(target);
  }
  // It is drawn, too: the crosshair at the end of the line stands on the newest time.
  await panel.getByTestId('flaglens-crosshair').focus();
  const behind = async () => {
    await page.keyboard.press('End');
    return newest - Number(await panel.getByTestId('flaglens-tooltip').getAttribute('data-time'));
  };
  await expect.poll(behind, { timeout: 10_000 }).toBeLessThanOrEqual(0);
});
