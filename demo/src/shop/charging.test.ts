import { performance } from 'node:perf_hooks';
import type { Charge } from '../payments/charge';
import { workWithPayments } from './charging';
import { WorkFailed } from './work';

const answers = { done: 201, busy: 503, failed: 500 };

/** Payments that play their part, and note what they were asked. */
function payments() {
  const asked: Array<Charge & { attempt: number }> = [];
  const send = (charge: Charge, attempt: number) => {
    asked.push({ ...charge, attempt });
    return Promise.resolve(answers[charge.ends]);
  };
  return { asked, send };
}

const lucky = () => 0.99;
const unlucky = () => 0;

test('the payment takes its part of the time', async () => {
  const { asked, send } = payments();
  const begun = performance.now();
  await workWithPayments({ milliseconds: 100, fails: false }, send, lucky);
  const own = performance.now() - begun;
  expect(asked).toEqual([{ milliseconds: 60, ends: 'done', attempt: 1 }]);
  expect(own).toBeGreaterThan(38);
});

test('a busy service is asked again, within the same time in all', async () => {
  const { asked, send } = payments();
  await workWithPayments({ milliseconds: 100, fails: false }, send, unlucky);
  expect(asked).toEqual([
    { milliseconds: 15, ends: 'busy', attempt: 1 },
    { milliseconds: 45, ends: 'done', attempt: 2 },
  ]);
});

test.each([lucky, unlucky])('fate decides how it ends, and a failure is not tried again', async (random) => {
  const { asked, send } = payments();
  await expect(workWithPayments({ milliseconds: 1, fails: true }, send, random)).rejects.toThrow(WorkFailed);
  expect(asked.filter(({ ends }) => ends === 'failed')).toHaveLength(1);
});

test('payments that are away fail the checkout', async () => {
  const away = () => Promise.reject(new Error('connect ECONNREFUSED'));
  await expect(workWithPayments({ milliseconds: 1, fails: false }, away, lucky)).rejects.toThrow('ECONNREFUSED');
});
