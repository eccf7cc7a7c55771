import { setTimeout as wait } from 'node:timers/promises';
import { chargeRoute, type Charge } from '../payments/charge';
import type { Random } from '../random';
import { WorkFailed, type Fate } from './work';

/** Sends a charge; answers its status. `attempt` counts from 1. */
export type SendCharge = (charge: Charge, attempt: number) => Promise<number>;

/** The part of a checkout's time that its payment takes. */
const paymentShare = 0.6;
/** The part of the payment's time after which a busy service says so. */
const busyShare = 0.25;
/** The share of checkouts that meet a busy service at first, and ask again. */
const busyOdds = 0.05;

/**
 * Does a checkout's work with the service that takes payments: as long, and with the same end, as the shop alone would
 * (but for what two loopback requests take), the rest of the way in the other process. Some payments are refused at
 * first and asked for again.
 *
 * @throws WorkFailed as fate has it, and when the payments do not answer
 */
export async function workWithPayments(fate: Fate, send: SendCharge, random: Random): Promise<void> {
  const payment = fate.milliseconds * paymentShare;
  const busy = random() < busyOdds;
  await wait(fate.milliseconds - payment);
  let status = await send(
    busy ? { milliseconds: payment * busyShare, ends: 'busy' } : { milliseconds: payment, ends: endOf(fate) },
    1
  );
  if (status === 503) {
    status = await send({ milliseconds: payment * (1 - busyShare), ends: endOf(fate) }, 2);
  }
  if (status >= 400) {
    throw new WorkFailed(`the payments answered ${status}`);
  }
}

function endOf({ fails }: Fate): Charge['ends'] {
  return fails ? 'failed' : 'done';
}

/** What sends a request with the trace under way: the library's `tracedFetch`. */
export type TracedFetch = (url: URL, options: RequestInit & { template: string; attempt: number }) => Promise<Response>;

/** Sends charges with a `fetch` that takes the trace along. */
export function chargesAt(url: string, send: TracedFetch): SendCharge {
  return async (charge, attempt) => {
    const response = await send(new URL(chargeRoute, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(charge),
      template: chargeRoute,
      attempt,
      signal: AbortSignal.timeout(30_000),
    });
    await response.arrayBuffer();
    return response.status;
  };
}
