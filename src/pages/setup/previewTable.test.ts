import { type PreviewResource } from '../../contract/contract.gen';
import { previewTable } from './previewTable';

test('rows become lines by signal and stat with a column for each variant, and a reason stands in its line', () => {
  const rows: PreviewResource['rows'] = [
    { signal: 'latency', name: 'Latency', judged: true, variant: 'off', role: 'baseline', stat: 'p95', text: '90 ms' },
    { signal: 'latency', name: 'Latency', judged: true, variant: 'on', role: 'feature', stat: 'p95', text: '95 ms' },
    { signal: 'errors', name: 'Errors', judged: false, message: 'no metric x' },
  ];
  expect(previewTable({ rows, flags: [], flagCount: 0, notices: [], from: 0, to: 0 })).toEqual({
    variants: ['off', 'on'],
    lines: [
      expect.objectContaining({ name: 'Latency', stat: 'p95', values: { off: '90 ms', on: '95 ms' }, messages: [] }),
      expect.objectContaining({ name: 'Errors', judged: false, values: {}, messages: ['no metric x'] }),
    ],
  });
});
