import { type DataFrame, type DataFrameJSON, dataFrameFromJSON, FieldType, toDataFrame } from '@grafana/data';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readExemplars } from './exemplars';

/** What the backend's tests wrote. */
function goldenFrames(): DataFrame[] {
  const file = path.resolve(__dirname, '../../../testdata/frames/exemplars.json');
  const { frames } = JSON.parse(readFileSync(file, 'utf8')) as { frames: DataFrameJSON[] };
  return frames.map((frame) => dataFrameFromJSON(frame));
}

const golden = () => goldenFrames().flatMap(readExemplars);

it('reads what the backend writes', () => {
  expect(golden()).toEqual([
    expect.objectContaining({
      variant: 'on',
      role: 'feature',
      value: 0.044,
      traceId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
    }),
    expect.objectContaining({ variant: 'off', role: 'baseline', value: 0.048 }),
    {
      time: Date.UTC(2026, 10, 2, 9, 4, 12, 345),
      value: 0.413,
      flag: 'checkout-v2',
      variant: 'on',
      role: 'feature',
      signal: 'latency',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      link: {
        href: 'http://127.0.0.1:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736',
        title: 'View trace',
        target: '_blank',
      },
      labels: { route: '/checkout', span_id: '00f067aa0ba902b7', status: '200' },
    },
  ]);
});

it('takes the link that the host builds', () => {
  const [frame] = goldenFrames().filter(({ name }) => name === 'exemplar');
  const trace = frame?.fields[2];
  if (!frame || !trace) {
    throw new Error('the golden answer has no exemplars');
  }
  trace.getLinks = ({ valueRowIndex = -1 }) => [
    { href: `/explore?row=${valueRowIndex}`, title: 'View trace', target: undefined, origin: trace },
  ];
  expect(readExemplars(frame).map(({ link }) => link)).toEqual(
    [0, 1, 2].map((row) => ({ href: `/explore?row=${row}`, title: 'View trace' }))
  );
  trace.getLinks = () => [];
  expect(readExemplars(frame)[0]?.link).toBeNull();
});

it('links to no script, whatever a frame states', () => {
  const [frame] = goldenFrames().filter(({ name }) => name === 'exemplar');
  const trace = frame?.fields[2];
  if (!frame || !trace) {
    throw new Error('the golden answer has no exemplars');
  }
  for (const url of ['javascript:alert(document.domain)//${__value.raw}', 'data:text/html,${__value.raw}']) {
    trace.config.links = [{ title: 'View trace', url }];
    expect(readExemplars(frame)[0]?.link?.href).toBe('about:blank');
  }
});

describe('what is no exemplar is left out', () => {
  const frame = (change: Partial<Record<string, unknown[]>>, name = 'exemplar'): DataFrame =>
    toDataFrame({
      name,
      fields: [
        { name: 'Time', type: FieldType.time, values: change.Time ?? [1] },
        { name: 'Value', type: FieldType.number, values: change.Value ?? [2] },
        { name: 'trace_id', type: FieldType.string, values: ['a'] },
        ...['flag', 'variant', 'role', 'signal'].map((field) => ({
          name: field,
          type: FieldType.string,
          values: change[field] ?? ['feature'],
        })),
      ],
    });

  it.each([
    ['another frame', frame({}, 'changes')],
    ['no time', frame({ Time: [null] })],
    ['no value', frame({ Value: [NaN] })],
    ['another role', frame({ role: ['difference'] })],
    ['nothing at all', toDataFrame({ name: 'exemplar', fields: [] })],
  ])('%s', (_, given) => expect(readExemplars(given)).toEqual([]));

  it('and what is one stays, without a link', () => {
    expect(readExemplars(frame({}))).toEqual([expect.objectContaining({ traceId: 'a', link: null, labels: {} })]);
  });
});
