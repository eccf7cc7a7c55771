import { type Proposal, type Signal } from '../../contract/contract.gen';
import { asStored, changesAnything, isConfigured, settingsOf } from './choice';

function signal(id: string): Signal {
  return { id, name: id, kind: 'histogram', metric: `${id}_seconds` };
}

const proposal = {
  id: 'p',
  settings: { preset: 'none', split: { mode: 'labels' }, signals: [signal('latency'), signal('errors')] },
  signals: [
    { signal: signal('latency'), chosen: true },
    { signal: signal('errors'), chosen: true },
    { signal: signal('cpu'), chosen: false },
  ],
} as unknown as Proposal;

const ids = (signals: Signal[] | undefined) => signals?.map(({ id }) => id);

test('a proposal takes the place of its own fields and leaves every other as it was', () => {
  const settings = settingsOf({ timeInterval: '15s', preset: 'otel' }, { ...asStored, proposal });
  expect(settings).toMatchObject({ timeInterval: '15s', preset: 'none', split: { mode: 'labels' } });
  expect(ids(settings.signals)).toEqual(['latency', 'errors']);
});

test('signals are taken out and in by hand', () => {
  const settings = settingsOf({}, { ...asStored, proposal, toggled: { errors: false, cpu: true } });
  expect(ids(settings.signals)).toEqual(['latency', 'cpu']);
});

test('a baseline that was chosen comes beside those that are set', () => {
  const choice = { ...asStored, baselines: { b: 'off' } };
  expect(settingsOf({ baselines: { a: 'control' } }, choice).baselines).toEqual({ a: 'control', b: 'off' });
  expect(changesAnything(choice)).toBe(true);
});

test('what is stored is what it comes to where nothing is chosen', () => {
  expect(settingsOf({ preset: 'otel' }, asStored)).toEqual({ preset: 'otel' });
  expect(changesAnything(asStored)).toBe(false);
});

test.each([
  [{}, false],
  [{ timeInterval: '5s' }, false],
  [{ signals: [] }, false],
  [{ preset: 'otel' as const }, true],
  [{ split: { mode: 'labels' as const } }, true],
])('whether %j say how to split: %s', (settings, configured) => {
  expect(isConfigured(settings)).toBe(configured);
});
