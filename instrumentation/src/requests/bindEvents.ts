import type { EventEmitter } from 'node:events';
import type { RequestMetrics } from './RequestMetrics.js';
import type { RequestRecord } from './RequestRecord.js';

/**
 * Has the listeners of an emitter run with the request as the current one. Node.js emits the later events of a request
 * and its response, such as `data`, `end` and `drain`, from the connection, which knows of no request.
 */
export function bindEvents(requests: RequestMetrics, record: RequestRecord, emitter: EventEmitter): void {
  const emit = emitter.emit.bind(emitter) as (event: string | symbol, ...args: unknown[]) => boolean;
  emitter.emit = (event: string | symbol, ...args: unknown[]) =>
    requests.isCurrent(record) ? emit(event, ...args) : requests.run(record, () => emit(event, ...args));
}
