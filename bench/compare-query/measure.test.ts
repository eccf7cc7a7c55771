import { interleave, median } from './measure';

describe('median', () => {
  test.each([
    ['of one', [3], 3],
    ['of an odd number', [9, 1, 5], 5],
    ['of an even number', [4, 1, 3, 2], 2.5],
    ['of numbers that texts would sort otherwise', [10, 9, 100], 10],
    ['of none', [], Number.NaN],
  ])('%s', (_, numbers, expected) => {
    expect(median(numbers)).toBe(expected);
  });

  it('leaves its input as it is', () => {
    const numbers = [3, 1, 2];
    median(numbers);
    expect(numbers).toEqual([3, 1, 2]);
  });
});

describe('interleave', () => {
  it('runs contenders in turns and counts the rounds after the warm-up', async () => {
    const calls: string[] = [];
    let time = 0;
    const contender = (name: string, takes: number) => (round: number) => {
      calls.push(`${name}${round}`);
      time += takes + round;
      return Promise.resolve();
    };
    const timings = await interleave(
      { a: contender('a', 10), b: contender('b', 100) },
      { rounds: 2, warmUps: 1, clock: () => time }
    );
    expect(calls).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
    expect(timings).toEqual({ a: [11, 12], b: [101, 102] });
  });

  it('fails with its contender', async () => {
    const fails = () => Promise.reject(new Error('no answer'));
    await expect(interleave({ fails }, { rounds: 1, warmUps: 0 })).rejects.toThrow('no answer');
  });
});
