import { startHost } from '../support/startHost';

/** Starts the workbench with the demo and its Prometheus. */
export default function globalSetup(): Promise<() => Promise<void>> {
  return startHost('workbench', process.env.FLAGLENS_WORKBENCH_PORT ?? '3140');
}
