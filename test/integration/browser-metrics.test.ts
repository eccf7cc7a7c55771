import { waitFor } from '../../scripts/lib/waitFor';
import { aWhile, Visit } from './support/Visit';

jest.setTimeout(120_000);

const visit = Visit.setUp();

describe('the metrics of the service', () => {
  const on = { feature_flag_key: 'checkout-v2', feature_flag_variant: 'on' };
  const off = { ...on, feature_flag_variant: 'off' };

  /** How much the metrics have grown by `action`, once the first of them has grown by as much as is expected. */
  async function growth(
    metrics: ReadonlyArray<readonly [name: string, labels: Record<string, string>, by: number]>,
    action: () => Promise<void>
  ): Promise<void> {
    const read = () => Promise.all(metrics.map(([name, labels]) => visit.lab.metric(name, labels)));
    const before = await read();
    const grown = async () => (await read()).map((value, index) => value - (before[index] ?? 0));
    await action();
    await waitFor(
      async () => {
        const [first = 0] = await grown();
        return first >= (metrics[0]?.[2] ?? 0) ? { answer: true } : { notYet: `the first has grown by ${first}` };
      },
      { what: 'The metrics', timeoutMs: 20_000 }
    );
    expect(await grown()).toEqual(metrics.map(([, , by]) => by));
  }

  test('count each event once and once for each flag, also if its batch comes twice', () =>
    growth(
      [
        ['event_total', { event: 'page_shown' }, 4],
        ['feature_flag_event_total', { event: 'page_shown', ...on }, 4],
        ['feature_flag_event_total', { event: 'page_shown', feature_flag_key: 'ranking' }, 4],
        ['feature_flag_event_total', { event: 'page_shown', ...off }, 0],
        ['flaglens_beacons_total', { outcome: 'duplicate' }, 1],
      ],
      async () => {
        visit.lab.faults.push('lost');
        const page = await visit.open();
        await visit.start(page, { flags: { 'checkout-v2': 'on', ranking: 'best', unknown: 'x' } });
        await page.evaluate(() => {
          for (let number = 0; number < 4; number++) {
            window.lab.events?.track('page_shown', { number });
          }
        });
        await visit.batches(2);
      }
    ));

  test('have exposures, money, interactions and what browsers dropped', () =>
    growth(
      [
        ['feature_flag_exposure_total', on, 1],
        ['feature_flag_revenue_total', { currency: 'EUR', ...on }, 30],
        ['feature_flag_revenue_events_total', { currency: 'EUR', ...on }, 2],
        ['feature_flag_conversion_total', { event: 'order_completed', ...on }, 1],
        ['feature_flag_interaction_total', { target: 'buy', ...on }, 1],
        ['flaglens_events_dropped_total', { reason: 'in_browser' }, 1],
      ],
      async () => {
        const page = await visit.open();
        await visit.start(page);
        await page.evaluate(() => {
          const { events } = window.lab;
          events?.captureClicks('button_clicked', ['buy']);
          events?.expose();
          events?.expose();
        });
        await visit.arrived(1);
        visit.lab.faults.push({ status: 400 });
        await page.evaluate(() => window.lab.events?.track('product_viewed'));
        await visit.batches(2);
        await page.click('b');
        await page.evaluate(() => {
          for (const amount of [10, 20]) {
            window.lab.events?.track('order_completed', { amount, currency: 'EUR' }, { critical: true });
          }
        });
        await visit.arrived(4);
      }
    ));

  test('count an exposure once for a session, on whatever pages of it', () =>
    growth([['feature_flag_exposure_total', off, 1]], async () => {
      const page = await visit.open();
      await visit.start(page, { flags: { 'checkout-v2': 'off' } });
      await page.evaluate(() => window.lab.events?.expose());
      await visit.arrived(1);
      await page.reload();
      await visit.start(page, { flags: { 'checkout-v2': 'off' } });
      await page.evaluate(() => window.lab.events?.expose());
      await visit.arrived(2);
    }));

  test('correct a sample by its rate', () =>
    growth([['feature_flag_event_total', { event: 'page_left', ...on }, 400]], async () => {
      const page = await visit.open();
      await visit.start(page, { sampleRate: 0.25, batchSize: 200 });
      await page.evaluate(() => {
        // As many as are needed for a hundred to be in the sample.
        const draws = Array.from({ length: 2000 }, (_, index) => (index % 20 === 0 ? 0.1 : 0.9));
        const { random } = Math;
        Math.random = () => draws.pop() ?? 0.9;
        for (let number = 0; number < 2000; number++) {
          window.lab.events?.track('page_left');
        }
        Math.random = random;
      });
      await visit.arrived(100);
    }));

  test.each(['on', 'off'])('have web vitals and the page timing split by flag, here %s', async (variant) => {
    const flag = { feature_flag_key: 'checkout-v2', feature_flag_variant: variant };
    const other = { ...flag, feature_flag_variant: variant === 'on' ? 'off' : 'on' };
    await growth(
      [
        ['feature_flag_web_vital_seconds_count', { vital: 'LCP', ...flag }, 1],
        ['feature_flag_web_vital_seconds_count', { vital: 'FCP', ...flag }, 1],
        ['feature_flag_web_vital_seconds_count', { vital: 'TTFB', ...flag }, 1],
        ['feature_flag_web_vital_seconds_count', { vital: 'INP', ...flag }, 1],
        ['feature_flag_web_vital_layout_shift_score_count', flag, 1],
        ['feature_flag_web_vital_seconds_count', other, 0],
        ['web_vital_seconds_count', { vital: 'LCP' }, 1],
        ['feature_flag_page_timing_seconds_count', flag, 4],
        ['page_timing_seconds_count', { timing: 'load' }, 1],
      ],
      async () => {
        const page = await visit.open();
        await visit.start(page, { flags: {} });
        await page.evaluate(async (served) => {
          const { events } = window.lab;
          events?.webVitals(window.lab.webVitals);
          events?.webVitals(window.lab.webVitals);
          events?.pageTiming();
          // Quicker ones are no interaction to speak of.
          document.querySelector('#plain')?.addEventListener('click', () => {
            const begun = performance.now();
            while (performance.now() - begun < 100) {
              // Busy.
            }
          });
          // The flags are known later than the first of the vitals.
          await new Promise((resolve) => setTimeout(resolve, 300));
          events?.setFlags({ 'checkout-v2': served });
        }, variant);
        await page.click('#plain');
        // web-vitals looks at an interaction when the page is idle, a second later at most.
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
        await visit.leave(page);
        await visit.arrived(9);
      }
    );
    const measured = visit.lab.taken().map(({ n, p }) => [n, p?.name, p?.value] as const);
    for (const [name, of, value] of measured) {
      // Seconds: what takes a minute in a test has been sent as milliseconds.
      expect([name, of, Number(value) >= 0 && Number(value) < 60]).toEqual([name, of, true]);
    }
  });

  test('take the events of another origin that is listed, and of no other', async () => {
    const page = await visit.open();
    const added = ['event_total', { event: 'product_added' }] as const;
    await growth([[...added, 2]], async () => {
      await visit.start(page, { endpoint: `${visit.lab.service}/listed` });
      await visit.add(page, 0, 2);
    });
    // The answer could be read: nothing is left that would be sent again, now or at the end of the page.
    await growth([[...added, 1]], async () => {
      await aWhile();
      await visit.add(page, 2, 1);
      await visit.leave(page);
    });
    await growth([['flaglens_beacons_total', { outcome: 'origin' }, 1]], async () => {
      await visit.start(page, { endpoint: `${visit.lab.service}/collect` });
      await visit.add(page, 0, 1);
    });
  });
});
