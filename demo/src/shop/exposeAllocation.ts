import { Gauge, type Registry } from 'prom-client';
import { flags } from '../flags';
import type { DemoState } from '../state';

/** The gauge that holds the allocation. */
export const allocationMetric = 'feature_flag_allocation_ratio';

/** Exposes the share of the users, 0 to 1, that this instance gives to each variant: what traffic can be held against. */
export function exposeAllocation(registry: Registry, state: () => DemoState): void {
  new Gauge({
    name: allocationMetric,
    help: 'Share of the users that a variant is allocated to, 0 to 1',
    labelNames: ['feature_flag_key', 'feature_flag_variant'],
    registers: [registry],
    collect() {
      for (const { key, baseline, feature } of flags) {
        const share = (state().percentages[key] ?? 0) / 100;
        this.set({ feature_flag_key: key, feature_flag_variant: feature }, share);
        this.set({ feature_flag_key: key, feature_flag_variant: baseline }, 1 - share);
      }
    },
  });
}
