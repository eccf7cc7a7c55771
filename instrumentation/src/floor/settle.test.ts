import { isThenable, settle } from './settle.js';

const failure = new Error('failed');

/** Starts when it is asked, as a query builder does. */
function lazy(value: string) {
  const query = {
    begun: 0,
    then(onValue: (value: string) => unknown) {
      query.begun++;
      return Promise.resolve(value).then(onValue);
    },
  };
  return query;
}

test.each([
  ['a value', () => 1, { value: 1 }],
  ['undefined', () => undefined, { value: undefined }],
  ['a promise', () => Promise.resolve(2), { value: 2 }],
  ['a rejection', () => Promise.reject(failure), { error: failure }],
  [
    'what is thrown',
    () => {
      throw failure;
    },
    { error: failure },
  ],
])('%s is passed on, and its end is said once', async (_name, work: () => unknown, end) => {
  const ends: unknown[] = [];
  const [passed] = await Promise.allSettled([Promise.resolve().then(() => settle(work, (end) => ends.push(end)))]);
  expect(passed).toMatchObject('value' in end ? end : { reason: end.error });
  expect(ends).toEqual([end]);
});

test('work that starts when it is asked is answered as it is, and is not begun', () => {
  const query = lazy('row');
  const ends: unknown[] = [];
  expect(
    settle(
      () => query,
      (end) => ends.push(end)
    )
  ).toBe(query);
  expect(query.begun).toBe(0);
  expect(ends).toEqual([{ value: query }]);
});

test('it is begun once where its end is waited for', async () => {
  const query = lazy('row');
  const ends: unknown[] = [];
  const answer: unknown = settle(
    () => query,
    (end) => ends.push(end),
    isThenable
  );
  await expect(answer).resolves.toBe('row');
  expect(query.begun).toBe(1);
  expect(ends).toEqual([{ value: 'row' }]);
});
