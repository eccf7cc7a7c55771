/** What stands in for uPlot in tests of whole panels: jsdom has no canvas. TrackPicture is tested with uPlot itself. */

/** What a plot was asked to draw. */
export interface FakePlotRecord {
  options: { series: unknown[] };
  /** The data that it was built with and given later, the latest last. */
  data: unknown[][];
  /** How often it was drawn anew. */
  drawn: number;
  destroyed: boolean;
}

/** Every plot that was built, in order. */
export const plots: FakePlotRecord[] = [];

/** Records what it is asked for. `jest.mock('uplot', ...)` puts it into uPlot's place. */
export class FakePlot {
  static paths = { linear: () => undefined };
  static tzDate = (date: Date) => date;
  static pxRatio = 1;
  readonly #record: FakePlotRecord;

  constructor(options: { series: unknown[] }, data: unknown[]) {
    this.#record = { options, data: [data], drawn: 0, destroyed: false };
    plots.push(this.#record);
  }

  batch(change: (plot: this) => void) {
    change(this);
  }

  setData(data: unknown[]) {
    this.#record.data.push(data);
  }

  setSize() {
    this.#record.drawn++;
  }

  redraw() {
    this.#record.drawn++;
  }

  destroy() {
    this.#record.destroyed = true;
  }
}
