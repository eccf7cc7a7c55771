import { LABELS, METRICS } from '../floor/conventions.js';
import type { SplitCounterChild } from '../metrics/SplitCounterChild.js';
import type { LayerParts } from './LayerParts.js';

/**
 * Processor time of a synchronous section of code, the one part of a process's load that can be split by variant where
 * a process serves both. Nothing else runs JavaScript during such a section, so what the process spends is its own,
 * but for the threads of the garbage collector and of the file system.
 */
export class SectionMetrics {
  private readonly seconds: SplitCounterChild;
  private readonly runs: SplitCounterChild;

  constructor(parts: LayerParts, section: string) {
    const seconds = parts.split.counter({
      name: METRICS.sectionCpu,
      help: 'Processor time in seconds that the process spent during synchronous sections of code',
      labelNames: [LABELS.section],
      bounded: true,
    });
    const runs = parts.split.counter({
      name: METRICS.sectionRuns,
      help: 'Runs of synchronous sections of code whose processor time is measured',
      labelNames: [LABELS.section],
      bounded: true,
    });
    this.seconds = seconds.child({ [LABELS.section]: section });
    this.runs = runs.child({ [LABELS.section]: section });
  }

  /**
   * Runs the section; what it answers or throws is passed on. Of asynchronous work only the part before its first
   * `await` is measured. A section may contain another one, which is then part of both.
   */
  run<T>(work: () => T): T {
    const before = process.cpuUsage();
    try {
      return work();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.seconds.inc((user + system) / 1e6);
      this.runs.inc();
    }
  }
}
