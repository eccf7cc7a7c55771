import { type Signal } from '../../../contract/contract.gen';
import { catalogueEntries, withoutEmpty } from './catalogue';

const latency: Signal = { id: 'latency', name: 'Latency', kind: 'histogram', metric: 'm' };
const errors: Signal = { id: 'errors', name: 'Errors', kind: 'ratio', metric: 'm_count', bad: 'code="500"' };
const orders: Signal = { id: 'orders', name: 'Orders', kind: 'rate', metric: 'orders_total' };

describe('catalogueEntries', () => {
  it('lists the preset, with what the user changed in its place, then what is the user’s own', () => {
    const changed = { ...errors, name: 'Failures' };
    expect(catalogueEntries([latency, errors], [orders, changed])).toEqual([
      { signal: latency, origin: 'preset' },
      { signal: changed, origin: 'changed', index: 1 },
      { signal: orders, origin: 'own', index: 0 },
    ]);
  });

  it('shows a second signal of the same id, so that it can be fixed', () => {
    const entries = catalogueEntries([latency], [latency, { ...orders, id: 'latency' }]);
    expect(entries.map(({ origin, index }) => [origin, index])).toEqual([
      ['changed', 0],
      ['own', 1],
    ]);
  });
});

describe('withoutEmpty', () => {
  it.each<[string, Signal, Signal]>([
    ['empty optional fields', { ...orders, unit: '', selector: undefined, description: '' }, orders],
    ['an empty margin', { ...orders, margin: { relative: 0, absolute: undefined } }, orders],
    [
      'what only a ratio reads',
      { ...errors, kind: 'rate' },
      { id: 'errors', name: 'Errors', kind: 'rate', metric: 'm_count' },
    ],
    ['what only a mean reads', { ...orders, countMetric: 'x' }, orders],
  ])('leaves out %s', (_, signal, wanted) => {
    expect(withoutEmpty(signal)).toEqual(wanted);
  });

  it('keeps what is set, and required fields even when empty', () => {
    const full: Signal = { ...errors, unit: 'percentunit', direction: 'lower', margin: { absolute: 0.1 } };
    expect(withoutEmpty(full)).toEqual(full);
    expect(withoutEmpty({ ...orders, id: '', name: '' })).toEqual({ ...orders, id: '', name: '' });
  });
});
