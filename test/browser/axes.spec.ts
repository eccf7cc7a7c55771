import type { FieldConfigSource } from '@grafana/data';
import type { Page } from '@playwright/test';

import { expectReadable, recordTexts } from '../support/drawing';
import { comparison, expect, pictureFile, test } from './support/fixtures';

/** Stores another field config with the comparison of the dashboard, as another version or a user would have. */
async function store(page: Page, fieldConfig: FieldConfigSource, pluginVersion: string): Promise<void> {
  await page.route('**/api/dashboards/uid/flaglens-feature', async (route) => {
    const response = await route.fetch();
    const { dashboard, ...rest } = (await response.json()) as { dashboard: { panels: object[] } };
    const [first, ...others] = dashboard.panels;
    const panels = [{ ...first, fieldConfig, pluginVersion }, ...others];
    await route.fulfill({ response, json: { ...rest, dashboard: { ...dashboard, panels } } });
  });
}

function threshold(value: number, color = 'red') {
  return {
    mode: 'absolute',
    steps: [
      { value: null, color: 'green' },
      { value, color },
    ],
  };
}

const query = encodeURIComponent(
  JSON.stringify({ queryType: 'compare', flag: 'checkout-v2', signals: ['latency', 'errors', 'throughput'] })
);

for (const theme of ['dark', 'light'] as const) {
  for (const width of [1400, 480]) {
    test.describe(`in the ${theme} theme, ${width} wide`, () => {
      test.use({ viewport: { width, height: 1000 } });

      test('a panel whose type was changed from time series shows its lines', async ({ page, open }) => {
        const texts = await recordTexts(page);
        await open(`/explore?query=${query}&theme=${theme}`);
        await comparison(page);
        await page.getByRole('radio', { name: 'Time series' }).click({ force: true });
        await expect(page.getByRole('region', { name: 'Answer' })).toContainText('on latency p95');
        await page.getByRole('radio', { name: 'Comparison' }).click({ force: true });
        const panel = await comparison(page);
        await page.screenshot({ path: pictureFile(`changed-type-${theme}-${width}`) });
        await expectReadable(panel, theme);
        expect((await texts()).filter((text) => text.startsWith('threshold'))).toEqual([]);
      });

      test('a threshold far away is named, and the lines keep their axis', async ({ page, open }) => {
        const texts = await recordTexts(page);
        await store(page, { defaults: { custom: { thresholds: threshold(90) } }, overrides: [] }, '');
        await open(`/d/flaglens-feature?var-flag=checkout-v2&theme=${theme}`);
        // A narrow dashboard leaves the table out, so the lines themselves are waited for.
        const panel = page.getByTestId('flaglens-panel').first();
        await expectReadable(panel, theme);
        await expect.poll(texts).toContainEqual(expect.stringMatching(/^threshold 1\.50? mins? ↑$/));
        await panel.screenshot({ path: pictureFile(`far-threshold-${theme}-${width}`) });
      });
    });
  }
}

test('a panel that was stored with the threshold of its former type shows its lines', async ({ page, open }) => {
  const texts = await recordTexts(page);
  await store(page, { defaults: { thresholds: threshold(80), min: 0 } as never, overrides: [] }, '0.1.0');
  await open('/d/flaglens-feature?var-flag=checkout-v2&theme=dark');
  await expectReadable(await comparison(page), 'dark');
  expect((await texts()).filter((text) => text.startsWith('threshold'))).toEqual([]);
});

for (const [where, fieldConfig] of [
  ['now', { defaults: { custom: { thresholds: threshold(0.15, 'purple') } }, overrides: [] }],
  ['by an older version', { defaults: { thresholds: threshold(0.15, 'purple') } as never, overrides: [] }],
] as Array<[string, FieldConfigSource]>) {
  test(`a threshold that was set for the panel ${where} is drawn among the lines`, async ({ page, open }) => {
    const texts = await recordTexts(page);
    await store(page, fieldConfig, '0.0.9');
    await open('/d/flaglens-feature?var-flag=checkout-v2&theme=dark');
    const panel = await comparison(page);
    await expect.poll(texts).toContain('threshold 150 ms');
    await expectReadable(panel, 'dark');
    await panel.screenshot({ path: pictureFile(`threshold-set-${where.replaceAll(' ', '-')}`) });
  });
}
