/** The primary of a cluster of two: prints what a scrape of it sees, once all workers have done their work. */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import path from 'node:path';
import { AggregatorRegistry } from 'prom-client';

const WORKERS = 2;

async function start(number: number): Promise<Worker> {
  const worker = cluster.fork({ WORKER_NUMBER: String(number) });
  await once(worker, 'message');
  return worker;
}

cluster.setupPrimary({ exec: path.join(import.meta.dirname, 'worker.ts'), execArgv: process.execArgv });
const aggregator = new AggregatorRegistry();
const workers = await Promise.all(Array.from({ length: WORKERS }, (_, index) => start(index + 1)));
process.stdout.write(await aggregator.clusterMetrics());
for (const worker of workers) {
  worker.disconnect();
}
