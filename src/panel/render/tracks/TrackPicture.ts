import uPlot from 'uplot';
import { plotData, plotOptions, plotSize, type PlotContent, structureOf } from './plotOptions';

/**
 * The plot of one track over its life. New data, another range or size are given to the plot that is there; it is built
 * anew only where the structure of what it shows has changed.
 */
export class TrackPicture {
  readonly #host: HTMLElement;
  #shown: { plot: uPlot; structure: string; content: PlotContent } | null = null;

  /** @param host the element that the plot is put into */
  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Draws the content before the browser paints next. */
  draw(content: PlotContent): void {
    const structure = structureOf(content);
    const shown = this.#shown;
    if (shown?.structure !== structure || shown.content.theme !== content.theme) {
      this.#build(content, structure);
      return;
    }
    const { width, height } = plotSize(content);
    const before = plotSize(shown.content);
    shown.content = content;
    const { plot } = shown;
    plot.batch(() => {
      plot.setData(plotData(content));
      if (width !== before.width || height !== before.height) {
        plot.setSize({ width, height });
      } else {
        // Texts and widths of the axes may be others although the scales are the same.
        plot.redraw(false, true);
      }
    });
  }

  /** Removes the plot and what it listens to. */
  destroy(): void {
    this.#shown?.plot.destroy();
    this.#shown = null;
  }

  #build(content: PlotContent, structure: string): void {
    this.destroy();
    // The options read what is shown before the plot is there.
    const shown = { structure, content };
    const plot = new uPlot(
      plotOptions(() => shown.content),
      plotData(content),
      this.#host
    );
    this.#shown = Object.assign(shown, { plot });
  }
}
