/** What the panel drew on its canvases, for tests in a browser. */
import { expect, type Locator, type Page } from '@playwright/test';

/** The colour of a feature's line, by theme, as red, green and blue. */
const featureInk = { dark: [0xff, 0x98, 0x30], light: [0xb9, 0x50, 0x05] } as const;

/** From where to where the feature's line reaches on the main track: 0 is its top, 1 its bottom. */
function lineSpan(panel: Locator, theme: keyof typeof featureInk): Promise<{ top: number; bottom: number } | null> {
  return panel
    .locator('canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement, ink) => {
      // The browser warns of a canvas that is both drawn fast and read.
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
      copy?.drawImage(canvas, 0, 0);
      const { data } = copy?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: new Uint8ClampedArray() };
      let [first, last] = [Infinity, -Infinity];
      for (let pixel = 0; pixel < data.length; pixel += 4) {
        const alike = ink.every((value, part) => Math.abs((data[pixel + part] ?? 0) - value) < 12);
        if (alike && data[pixel + 3] === 255) {
          const row = Math.floor(pixel / 4 / canvas.width);
          [first, last] = [Math.min(first, row), Math.max(last, row)];
        }
      }
      return first <= last ? { top: first / canvas.height, bottom: last / canvas.height } : null;
    }, featureInk[theme]);
}

/** The line reaches well above the bottom of its track. */
export async function expectReadable(panel: Locator, theme: keyof typeof featureInk): Promise<void> {
  await expect.poll(async () => (await lineSpan(panel, theme))?.top ?? 1).toBeLessThan(0.6);
}

/** What is written on canvases from now on. */
export async function recordTexts(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const texts: string[] = [];
    Object.assign(globalThis, { drawnTexts: texts });
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
      texts.push(text);
      fillText.call(this, text, ...place);
    };
  });
  return () => page.evaluate(() => (globalThis as unknown as { drawnTexts: string[] }).drawnTexts);
}
