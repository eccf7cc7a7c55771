import { Agent, request } from 'node:http';
import { poisson, type Random } from '../random';
import { pickRoute, userName, users } from '../shop/routes';

/** Options of the load. */
export interface LoadOptions {
  /** Base addresses of the instances, each asked for an equal part. */
  targets: readonly string[];
  /** Requests a second, asked anew at every tick. */
  rps: () => number;
  random?: Random;
}

const tick = 50;
const patience = 10_000;
/** Beyond so many unanswered requests visitors turn away at the door, or a shop that hangs would fill the memory. */
const maxUnanswered = 500;

/**
 * Sends requests as users would: at random times (Poisson) that do not wait for the answers, since a shop that becomes
 * slower does not get fewer visitors. Each user is the same one in every request, and so keeps a flag's variant.
 */
export class LoadGenerator {
  readonly #options: LoadOptions;
  readonly #random: Random;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: maxUnanswered });
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #next = 0;
  #unanswered = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  start(): void {
    this.#last = performance.now();
    this.#timer = setInterval(() => this.#send(), tick);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  #send(): void {
    const now = performance.now();
    // A process that was suspended does not make up for it all at once.
    const elapsed = Math.min(now - this.#last, 1000);
    this.#last = now;
    const count = poisson(this.#random, (this.#options.rps() * elapsed) / 1000);
    for (let sent = 0; sent < count; sent++) {
      this.#visit();
    }
  }

  #visit(): void {
    const { targets } = this.#options;
    const target = targets[this.#next++ % targets.length];
    if (target === undefined || this.#unanswered >= maxUnanswered) {
      return;
    }
    const { method, path } = pickRoute(this.#random);
    const user = userName(Math.floor(this.#random() * users));
    const sent = request(new URL(path(this.#random), target), {
      method,
      agent: this.#agent,
      timeout: patience,
      headers: { 'x-user': user },
    });
    this.#unanswered++;
    // Announced at every end of a request, whether it was answered or broke.
    sent.on('close', () => this.#unanswered--);
    sent.on('response', (response) => response.resume());
    sent.on('timeout', () => sent.destroy());
    // An instance that is away loses its visitors; that is what the demo shows then.
    sent.on('error', () => undefined);
    sent.end();
  }
}
