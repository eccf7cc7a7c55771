/** Processor time that a request costs, and that goes by without any, in seconds; as measured on a running shop. */
const cost = { request: 0.0007, idle: 0.004, userShare: 0.8 };
const baseMemory = 125e6;
const memorySwing = 12e6;
/** Requests from one collection of garbage to the next, in which memory grows. */
const requestsPerCollection = 4000;

/** The process of an instance in the simulated past: roughly what a Node process looks like under this load. */
export class PastProcess {
  readonly #start: number;
  #served = 0;
  #idle = 0;

  /** @param start unix seconds */
  constructor(start: number) {
    this.#start = start;
  }

  serve(): void {
    this.#served++;
  }

  /** Lets a second go by. */
  second(): void {
    this.#idle += cost.idle;
  }

  /** How to read a metric of the process, or nothing if the simulation does not know it. */
  reader(name: string): (() => number) | undefined {
    const processor = () => this.#served * cost.request + this.#idle;
    switch (name) {
      case 'process_cpu_seconds_total':
        return processor;
      case 'process_cpu_user_seconds_total':
        return () => processor() * cost.userShare;
      case 'process_cpu_system_seconds_total':
        return () => processor() * (1 - cost.userShare);
      case 'process_resident_memory_bytes':
        return () =>
          Math.round(baseMemory + (memorySwing * (this.#served % requestsPerCollection)) / requestsPerCollection);
      case 'process_start_time_seconds':
        return () => this.#start;
      default:
        return undefined;
    }
  }
}
