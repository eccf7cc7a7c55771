import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  CollectionError,
  CONTENT_TYPES,
  renderExposition,
  takeSnapshot,
  type MetricsRegistry,
  type Snapshot,
} from './exposition.js';
import { describeFailure } from '../privacy/describeFailure.js';
import { formatFor, takesGzip, type Format } from './negotiate.js';
import { Sharing } from './Sharing.js';
import { within } from '../floor/within.js';

/** The registry to expose, or what answers it: in a cluster's primary, the registry that all workers are merged into. */
export type MetricsSource = MetricsRegistry | (() => MetricsRegistry | Promise<MetricsRegistry>);

/** Options of the `/metrics` endpoint. */
export interface EndpointOptions {
  /** Seconds that the metrics may take to be collected; 10 if absent, which is as long as Prometheus waits. */
  timeout?: number;
  /** Bytes from which an answer is compressed for those who take gzip; 1024 if absent. */
  gzipFrom?: number;
  /** Called with why a scrape failed, with the error of a metric as `cause`; `process.emitWarning` if absent. */
  onError?: (error: Error) => void;
}

/** What an endpoint looks at in a request. */
export interface ScrapeRequest {
  method?: string;
  accept?: string;
  acceptEncoding?: string;
}

/** An answer for any HTTP server to send. */
export interface ScrapeAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** One exposition in one format. */
interface Rendered {
  body: Buffer;
  /** Made for the first scrape that takes it. */
  zipped?: Promise<Buffer>;
}

const zip = promisify(gzip);

/**
 * Answers scrapes of a registry, in OpenMetrics (with exemplars and units) or Prometheus's text format, compressed or
 * not, as the scraper asks. Scrapes that come while one is under way share its work. A failure is the answer of that
 * scrape, status 500, and nothing else.
 */
export class MetricsEndpoint {
  private readonly snapshots = new Sharing<'snapshot', Snapshot>();
  private readonly expositions = new Sharing<Format, Rendered>();
  private readonly timeout: number;
  private readonly gzipFrom: number;

  constructor(
    private readonly source: MetricsSource,
    private readonly options: EndpointOptions = {}
  ) {
    this.timeout = options.timeout ?? 10;
    this.gzipFrom = options.gzipFrom ?? 1024;
  }

  /** Never rejects. The body of the answer to a HEAD is given, too: whoever sends the answer leaves it out. */
  async answer({ method, accept, acceptEncoding }: ScrapeRequest): Promise<ScrapeAnswer> {
    if (method !== undefined && method !== 'GET' && method !== 'HEAD') {
      return plain(405, 'Metrics are read with GET.\n', { allow: 'GET, HEAD' });
    }
    try {
      const format = formatFor(accept);
      const rendered = await this.expositions.of(format, () => this.render(format));
      const headers: Record<string, string> = {
        'content-type': CONTENT_TYPES[format],
        vary: 'Accept, Accept-Encoding',
      };
      let { body } = rendered;
      if (body.length >= this.gzipFrom && takesGzip(acceptEncoding)) {
        rendered.zipped ??= zip(body);
        body = await rendered.zipped;
        headers['content-encoding'] = 'gzip';
      }
      return { status: 200, headers: { ...headers, 'content-length': String(body.length) }, body };
    } catch (error) {
      return this.failure(error);
    }
  }

  private async render(format: Format): Promise<Rendered> {
    // Both formats read one snapshot: a `collect` function of the application is not made for running twice at once.
    const snapshot = await within(
      this.timeout,
      this.snapshots.of('snapshot', () => this.collect()),
      () => {
        this.snapshots.forget('snapshot');
        return new TimeoutError(`the metrics could not be collected within ${String(this.timeout)} s`);
      }
    );
    return { body: Buffer.from(await renderExposition(snapshot, format)) };
  }

  private async collect(): Promise<Snapshot> {
    return takeSnapshot(typeof this.source === 'function' ? await this.source() : this.source);
  }

  /** The answer names the metric; why it failed, which may be anything, is reported to the developer alone. */
  private failure(error: unknown): ScrapeAnswer {
    const failure = error instanceof Error ? error : new Error(String(error));
    try {
      const onError = this.options.onError ?? emitWarning;
      onError(failure);
    } catch {
      // A listener that throws must not cost the scraper its answer, and there is nobody else to tell.
    }
    if (error instanceof CollectionError) {
      return plain(500, `The metrics could not be collected: the metric "${error.metric}" failed.\n`);
    }
    return plain(
      500,
      error instanceof TimeoutError
        ? `The metrics could not be collected within ${String(this.timeout)} s.\n`
        : 'The metrics could not be rendered.\n'
    );
  }
}

class TimeoutError extends Error {}

function plain(status: number, text: string, headers: Record<string, string> = {}): ScrapeAnswer {
  const body = Buffer.from(text);
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': String(body.length), ...headers },
    body,
  };
}

/** Without the messages of errors that came from elsewhere, since they may say anything. */
function emitWarning(error: Error): void {
  const known = error instanceof CollectionError || error instanceof TimeoutError;
  const reason = known ? error.message : describeFailure(error);
  const cause = error.cause === undefined ? '' : `: ${describeFailure(error.cause)}`;
  process.emitWarning(`flaglens: a scrape failed: ${reason}${cause}`, 'FlaglensWarning');
}
