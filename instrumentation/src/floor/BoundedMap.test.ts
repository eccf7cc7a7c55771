import { BoundedMap } from './BoundedMap.js';

test('it keeps what was set last, and says what went', () => {
  const evicted: number[] = [];
  const map = new BoundedMap<string, number>(2, (value) => evicted.push(value));
  map.set('a', 1);
  map.set('b', 2);
  expect(evicted).toEqual([]);
  map.set('a', 3);
  map.set('c', 4);
  expect(evicted).toEqual([2]);
  expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([3, undefined, 4]);
  expect(map.size).toBe(2);
});

test('reading an entry does not keep it', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect(map.get('a')).toBeUndefined();
});

test('a value may be undefined, and goes as any other does', () => {
  const evicted: unknown[] = [];
  const map = new BoundedMap<undefined, undefined>(0, (value) => evicted.push(value));
  map.set(undefined, undefined);
  expect(evicted).toEqual([undefined]);
  expect(map.size).toBe(0);
});

test('it never grows beyond its size', () => {
  const map = new BoundedMap<number, number>(100);
  let largest = 0;
  for (let i = 0; i < 10_000; i++) {
    map.set(i, i);
    largest = Math.max(largest, map.size);
  }
  expect(largest).toBe(100);
  expect(map.get(9_900)).toBe(9_900);
  expect(map.get(9_899)).toBeUndefined();
});
