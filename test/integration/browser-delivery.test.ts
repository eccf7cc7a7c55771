import { waitFor } from '../../scripts/lib/waitFor';
import { aWhile, stored, upTo, Visit } from './support/Visit';

jest.setTimeout(120_000);

const visit = Visit.setUp();

describe('delivery', () => {
  test('events arrive in batches, in order, with their flags', async () => {
    const page = await visit.open();
    await visit.start(page, { batchSize: 50, flags: { 'checkout-v2': true, ranking: 'best' } });
    await visit.add(page, 0, 120);
    await visit.arrived(120);
    expect(visit.numbers()).toEqual(upTo(120));
    expect(visit.lab.arrivals.map(({ batch }) => batch.events.length)).toEqual([50, 50, 20]);
    expect(visit.lab.taken()[0]?.f).toEqual({ 'checkout-v2': 'true', ranking: 'best' });
    expect(new Set(visit.lab.arrivals.map(({ batch }) => batch.session)).size).toBe(1);
    expect(visit.lab.arrivals[0]?.contentType).toMatch(/^text\/plain/);
  });

  test('a batch ends before it is too large for a request that outlives its page', async () => {
    const page = await visit.open();
    await visit.start(page, { batchSize: 200 });
    await page.evaluate(() => {
      for (let number = 0; number < 120; number++) {
        window.lab.events?.track('product_viewed', { number, text: 'ä'.repeat(200), more: 'ä'.repeat(250) });
      }
    });
    await visit.arrived(120);
    expect(visit.lab.arrivals.length).toBe(3);
    expect(Math.max(...visit.lab.arrivals.map(({ bytes }) => bytes))).toBeLessThan(61_000);
  });

  test('a page that goes elsewhere right after an event delivers it', async () => {
    const page = await visit.open();
    await visit.start(page, { flushInterval: 60_000 });
    await page.evaluate(() => {
      window.lab.events?.track('product_added', { number: 0 });
      location.href = '/next';
    });
    await visit.arrived(1);
    await aWhile();
    expect(visit.numbers()).toEqual([0]);
    expect(visit.lab.arrivals).toHaveLength(1);
  });

  test('a tab that is closed right after an event delivers it', async () => {
    const page = await visit.open();
    await visit.start(page, { flushInterval: 60_000 });
    await visit.add(page, 0, 3);
    await page.close({ runBeforeUnload: true });
    await visit.arrived(3);
    expect(visit.numbers()).toEqual(upTo(3));
  });

  test('what is tracked while the page is left is delivered, too', async () => {
    const page = await visit.open();
    await visit.start(page, { flushInterval: 60_000 });
    await page.evaluate(() => {
      addEventListener('pagehide', () => window.lab.events?.track('page_left'));
      location.href = '/next';
    });
    await visit.arrived(1);
    expect(visit.lab.taken().map(({ n }) => n)).toEqual(['page_left']);
  });

  test('a request under way when the page ends is not sent again', async () => {
    const page = await visit.open();
    await visit.start(page, { flushInterval: 60_000 });
    await page.evaluate(() => {
      window.lab.events?.track('order_completed', { amount: 1, currency: 'EUR' }, { critical: true });
      window.lab.events?.flush();
      location.href = '/next';
    });
    await visit.arrived(1);
    await aWhile();
    expect(visit.lab.arrivals).toHaveLength(1);
  });

  test('a critical event does not wait for others', async () => {
    const page = await visit.open();
    await visit.start(page, { flushInterval: 60_000 });
    await page.evaluate(() =>
      window.lab.events?.track('order_completed', { amount: 1, currency: 'EUR' }, { critical: true })
    );
    await visit.arrived(1);
  });

  test('a critical event does not wait for others behind a request under way either', async () => {
    const page = await visit.open();
    await visit.start(page, { flushInterval: 60_000 });
    await page.evaluate(() => {
      const { events } = window.lab;
      events?.track('product_added', { number: 0 });
      events?.flush();
      events?.track('order_completed', { amount: 1, currency: 'EUR' }, { critical: true });
    });
    await visit.arrived(2);
  });

  test('a page that comes back from the back/forward cache goes on', async () => {
    const page = await visit.open();
    await visit.start(page);
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => window.lab.events?.track('page_shown', { persisted }));
    });
    await visit.add(page, 0, 1);
    await visit.arrived(1);
    await visit.leave(page);
    await page.evaluate(() => history.back());
    await visit.arrived(2);
    expect(visit.lab.taken()[1]?.p).toEqual({ persisted: true });
  });
});

describe('trouble', () => {
  test.each([503, 500, 429])(
    'after %s the same batch is sent again: nothing is lost, nothing twice',
    async (status) => {
      visit.lab.faults.push({ status }, { status });
      const page = await visit.open();
      await visit.start(page);
      await visit.add(page, 0, 5);
      await visit.batches(1);
      await visit.add(page, 5, 5);
      await visit.arrived(10);
      expect((visit.numbers() as number[]).sort((one, other) => one - other)).toEqual(upTo(10));
      expect(visit.lab.arrivals.filter(({ fate }) => fate === 'refused')).toHaveLength(2);
      const ids = visit.lab.arrivals.map(({ batch }) => batch.id);
      expect(ids.length - new Set(ids).size).toBe(2);
      expect(await stored(page)).toHaveLength(1);
    }
  );

  test('a server that asks to be left alone is, even if the network comes back', async () => {
    visit.lab.faults.push({ status: 429, retryAfter: 3 });
    const page = await visit.open();
    await visit.start(page);
    await visit.add(page, 0, 1);
    await visit.batches(1);
    await page.evaluate(() => {
      dispatchEvent(new Event('online'));
      window.lab.events?.flush();
    });
    await visit.arrived(1);
    const [first = 0, second = 0] = visit.lab.arrivals.map(({ at }) => at);
    expect(second - first).toBeGreaterThan(2800);
  });

  test('a batch whose answer was lost comes again under the same id', async () => {
    visit.lab.faults.push('lost');
    const page = await visit.open();
    await visit.start(page);
    await visit.add(page, 0, 4);
    await visit.batches(2);
    expect(visit.lab.arrivals[0]?.batch.id).toBe(visit.lab.arrivals[1]?.batch.id);
    expect(visit.numbers()).toEqual(upTo(4));
  });

  test('a batch that is refused for good is not sent again, and counted as dropped', async () => {
    visit.lab.faults.push({ status: 413 });
    const page = await visit.open();
    await visit.start(page);
    await visit.add(page, 0, 7);
    await visit.batches(1);
    await visit.add(page, 7, 1);
    await visit.arrived(1);
    expect(visit.lab.arrivals[1]?.batch.dropped).toBe(7);
    expect(visit.numbers()).toEqual([7]);
  });

  test('events wait while the browser is offline, and are sent when it is online again', async () => {
    const page = await visit.open();
    await visit.start(page);
    await visit.visitor.setOffline(true);
    await visit.add(page, 0, 30);
    await aWhile();
    expect(visit.lab.arrivals).toEqual([]);
    await visit.visitor.setOffline(false);
    await visit.arrived(30);
    expect(visit.numbers()).toEqual(upTo(30));
  });

  test('what a page leaves offline is sent by the next page', async () => {
    const page = await visit.open();
    await visit.start(page, { flushInterval: 60_000 });
    await visit.visitor.setOffline(true);
    await visit.add(page, 0, 3);
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    await visit.visitor.setOffline(false);
    const next = await visit.open();
    expect((await stored(next)).length).toBeGreaterThan(0);
    await visit.start(next);
    await visit.arrived(3);
    expect(visit.numbers()).toEqual(upTo(3));
    await waitFor(
      async () => ((await stored(next)).length === 1 ? { answer: true } : { notYet: 'the batch is still stored' }),
      { what: 'Storage', timeoutMs: 5000 }
    );
  });

  test('two pages do not both send what an earlier one left', async () => {
    visit.lab.faults.push({ status: 503 });
    const page = await visit.open();
    await visit.start(page, { flushInterval: 10 });
    await visit.add(page, 0, 2);
    await visit.batches(1);
    const first = await visit.open();
    await visit.start(first);
    await visit.arrived(2);
    await aWhile();
    await aWhile();
    await aWhile();
    expect(visit.lab.arrivals.filter(({ fate }) => fate === 'taken')).toHaveLength(1);
  });

  test('a full queue drops the newest, leaves room to critical events, and says how many were dropped', async () => {
    const page = await visit.open();
    await visit.start(page, { queueBytes: 5000, flushInterval: 60_000 });
    await visit.add(page, 0, 500);
    await page.evaluate(() =>
      window.lab.events?.track('order_completed', { amount: 1, currency: 'EUR' }, { critical: true })
    );
    await waitFor(
      () =>
        Promise.resolve(
          visit.lab.taken().some(({ n }) => n === 'order_completed') ? { answer: true } : { notYet: 'not there' }
        ),
      { what: 'The critical event', timeoutMs: 10_000 }
    );
    const dropped = visit.lab.arrivals.reduce((total, { batch }) => total + (batch.dropped ?? 0), 0);
    expect(dropped + visit.lab.taken().length).toBe(501);
    expect(dropped).toBeGreaterThan(400);
    expect(visit.numbers().slice(0, 20)).toEqual(upTo(20));
  });
});
