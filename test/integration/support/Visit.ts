import type { BrowserContext, Page } from '@playwright/test';

import type { BrowserEventsOptions } from '../../../instrumentation/src/browser';
import { waitFor } from '../../../scripts/lib/waitFor';
import { BrowserLab } from './BrowserLab';

/** The lab of one test file, with a new visitor for each test, and what the tests do in it. */
export class Visit {
  lab!: BrowserLab;
  #tests = 0;
  visitor!: BrowserContext;

  /** Called once, at the top of a test file. */
  static setUp(): Visit {
    const visit = new Visit();
    beforeAll(async () => {
      visit.lab = await BrowserLab.start();
    });
    afterAll(() => visit.lab.stop());
    beforeEach(async () => {
      visit.lab.reset();
      visit.lab.query = `?test=${++visit.#tests}`;
      visit.visitor = await visit.lab.visitor();
    });
    afterEach(async () => {
      await visit.visitor.close();
      // Every page has a strict content security policy.
      expect(visit.lab.violations).toEqual([]);
    });
    return visit;
  }

  /** Opens a page of the site. */
  open(where = '/'): Promise<Page> {
    return this.lab.open(this.visitor, where);
  }

  /** Goes to another page of the site. */
  async leave(page: Page): Promise<void> {
    await page.goto(new URL('/next', this.lab.origin).href);
  }

  /** Starts the events of a page, sending soon unless the options say otherwise. */
  start(page: Page, options: Partial<BrowserEventsOptions> = {}): Promise<void> {
    const all: BrowserEventsOptions = {
      endpoint: `/collect${this.lab.query}`,
      consent: 'granted',
      flags: { 'checkout-v2': 'on' },
      flushInterval: 50,
      ...options,
    };
    return page.evaluate((given) => void window.lab.start(given), all);
  }

  /** Tracks events `product_added` with numbers from `first` on. */
  add(page: Page, first: number, count: number): Promise<void> {
    return page.evaluate(
      ([from, many]) => {
        for (let number = from; number < from + many; number++) {
          window.lab.events?.track('product_added', { number });
        }
      },
      [first, count] as const
    );
  }

  /** The numbers of the events that the collector has taken, in their order. */
  numbers(): unknown[] {
    return this.lab.taken().map(({ p }) => p?.number);
  }

  /** Waits until the collector has taken so many events, a repeated batch counted once. */
  arrived(count: number): Promise<void> {
    return atLeast(count, 'events', () => this.lab.taken().length);
  }

  /** Waits until so many batches have been sent, whatever became of them. */
  batches(count: number): Promise<void> {
    return atLeast(count, 'batches', () => this.lab.arrivals.length);
  }
}

/** The numbers from 0 to `count` - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Long enough for what should not come. */
export function aWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 600));
}

/** The keys of what the page has stored, in both storages. */
export function stored(page: Page): Promise<string[]> {
  return page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
}

async function atLeast(count: number, what: string, there: () => number): Promise<void> {
  await waitFor(
    () => Promise.resolve(there() >= count ? { answer: true } : { notYet: `${there()} of ${count} ${what}` }),
    { what: `${count} ${what}`, timeoutMs: 30_000 }
  );
}
