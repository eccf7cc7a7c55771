import path from 'node:path';

import type { ChildGroup } from '../lib/ChildGroup';
import { toolBinary } from '../lib/paths';
import { freePort } from '../lib/ports';
import { startServer } from '../lib/startServer';

export interface JaegerOptions {
  binary: string;
  /** Its log goes there; the traces are kept in memory and end with it. */
  folder: string;
  /** How many traces are kept, the newest ones. */
  maxTraces?: number;
  children: ChildGroup;
  onUnexpectedExit: (reason: string) => void;
}

/** A running Jaeger. */
export interface Jaeger {
  /** Of its query API and page. */
  url: string;
  /** Where OpenTelemetry's exporters send spans to: the base of OTLP over HTTP, without /v1/traces. */
  otlpUrl: string;
}

/** Enough for a quarter of an hour of the demo's traffic. */
const usualMaxTraces = 75_000;

/** The Jaeger that is used: an installed all-in-one where its path is given, else the one that the set-up builds. */
export function jaegerBinary(): string {
  return process.env.FLAGLENS_JAEGER ?? toolBinary('jaeger');
}

/** Starts a Jaeger on free ports of loopback and waits until its API answers. */
export async function startJaeger(options: JaegerOptions): Promise<Jaeger> {
  const { binary, folder, children, onUnexpectedExit, maxTraces = usualMaxTraces } = options;
  const ports = await freePorts();
  const at = (port: number) => `127.0.0.1:${port}`;
  const url = `http://${at(ports.query)}`;
  await startServer(children, {
    name: 'Jaeger',
    command: binary,
    args: [
      `--query.http-server.host-port=${at(ports.query)}`,
      `--query.grpc-server.host-port=${at(ports.queryGrpc)}`,
      '--query.enable-tracing=false',
      '--collector.otlp.enabled=true',
      `--collector.otlp.http.host-port=${at(ports.otlp)}`,
      `--collector.otlp.grpc.host-port=${at(ports.otlpGrpc)}`,
      `--collector.http-server.host-port=${at(ports.collector)}`,
      `--collector.grpc-server.host-port=${at(ports.collectorGrpc)}`,
      `--admin.http.host-port=${at(ports.admin)}`,
      `--memory.max-traces=${maxTraces}`,
      '--log-level=warn',
    ],
    env: { ...process.env, SPAN_STORAGE_TYPE: 'memory' },
    logFile: path.join(folder, 'jaeger.log'),
    readyUrl: `${url}/api/services`,
    timeoutMs: 60_000,
    onUnexpectedExit,
  });
  return { url, otlpUrl: `http://${at(ports.otlp)}` };
}

const listeners = ['query', 'queryGrpc', 'otlp', 'otlpGrpc', 'collector', 'collectorGrpc', 'admin'] as const;

/** A port for everything that an all-in-one listens with, each another one. */
async function freePorts(): Promise<Record<(typeof listeners)[number], number>> {
  const ports = new Set<number>();
  while (ports.size < listeners.length) {
    ports.add(await freePort());
  }
  return Object.fromEntries(listeners.map((name, index) => [name, [...ports][index]])) as Record<
    (typeof listeners)[number],
    number
  >;
}
