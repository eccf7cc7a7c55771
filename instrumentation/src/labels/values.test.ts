import { Counter, Registry } from 'prom-client';
import { createInstrumentation } from '../createInstrumentation.js';
import { matching, readMetrics } from '../testing/readMetrics.js';

function setup(variants: readonly unknown[]) {
  const registry = new Registry();
  const warnings: string[] = [];
  const instrumentation = createInstrumentation({
    registry,
    flags: [
      { key: 'checkout-v2', variants: variants as string[] },
      { key: 'search', variants: ['a'] },
    ],
    layers: { instance: { 'checkout-v2': variants[0] as string } },
    onWarning: (message) => warnings.push(message),
  });
  /** Every split series of a counter, as `flag variant label value`. */
  const series = async () =>
    matching(await readMetrics(registry), 'feature_flag_rows_total')
      .map(({ labels, value }) =>
        [labels.feature_flag_key, labels.feature_flag_variant, labels.kind, value].map(String).join(' ')
      )
      .sort();
  const rows = new Counter({ name: 'rows_total', help: 'Rows', labelNames: ['kind'], registers: [registry] });
  return { registry, warnings, instrumentation, rows: instrumentation.split(rows), series };
}

test('variants that are named by their values are registered, and so are the flags after them', async () => {
  const { warnings, instrumentation, rows, series } = setup([true, false]);
  rows.zero({ kind: 'x' });
  expect(await series()).toEqual(['checkout-v2 false x 0', 'checkout-v2 true x 0', 'search a x 0']);
  instrumentation.run({ route: 'job' }, () => {
    instrumentation.requests.tag('checkout-v2', () => 'true');
    rows.inc({ kind: 'x' });
  });
  expect(await series()).toEqual(['checkout-v2 false x 0', 'checkout-v2 true x 1', 'search a x 0']);
  expect(warnings).toEqual([]);
});

test.each([
  ['', 'empty'],
  [true, 'true'],
  [7, '7'],
])('the label value %j starts at zero for every registered flag', async (kind, shown) => {
  const { rows, series } = setup(['off', 'on']);
  rows.inc({ kind: kind as string });
  rows.inc({ kind: kind as string });
  expect(await series()).toEqual([`checkout-v2 off ${shown} 0`, `checkout-v2 on ${shown} 0`, `search a ${shown} 0`]);
});

test('an instance whose variant is named by its value is of it', async () => {
  const { registry, warnings, instrumentation } = setup([true, false]);
  const [, , hook] = instrumentation.hooks;
  await hook?.after?.({ flagKey: 'checkout-v2' } as never, { value: true, flagKey: 'checkout-v2' } as never);
  const info = matching(await readMetrics(registry), 'feature_flag_instance_info');
  expect(info.map(({ labels }) => labels.feature_flag_variant)).toEqual(['true']);
  expect(warnings).toEqual([]);
});
