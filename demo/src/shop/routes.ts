import { checkoutV2, orderHistory, recommendations, searchRanking, type DemoFlag } from '../flags';
import type { Random } from '../random';
import type { WorkKind } from './work';

/** A route of the shop, and how much of its traffic it gets. */
export interface ShopRoute {
  method: 'GET' | 'POST';
  /** The route's pattern. */
  url: string;
  kind: WorkKind;
  /** The flag that every request on it evaluates. */
  flag: DemoFlag;
  /** Share of all requests; the shares add up to 1. */
  share: number;
  /** The path that a visitor asks for. */
  path: (random: Random) => string;
}

/** Every route of the shop: what it serves, what visitors ask for, and what the history simulates. */
export const routes: readonly [ShopRoute, ...ShopRoute[]] = [
  {
    method: 'GET',
    url: '/products/:id',
    kind: 'product',
    flag: recommendations,
    share: 0.4,
    path: (random) => `/products/${1 + Math.floor(random() * 100)}`,
  },
  { method: 'GET', url: '/search', kind: 'search', flag: searchRanking, share: 0.33, path: () => '/search?q=lamp' },
  { method: 'POST', url: '/checkout', kind: 'checkout', flag: checkoutV2, share: 0.25, path: () => '/checkout' },
  { method: 'GET', url: '/orders', kind: 'orders', flag: orderHistory, share: 0.02, path: () => '/orders' },
];

/** Draws the route of a visit. */
export function pickRoute(random: Random): ShopRoute {
  let rest = random();
  for (const route of routes) {
    rest -= route.share;
    if (rest < 0) {
      return route;
    }
  }
  // Rounding can leave a crumb of the whole.
  return routes[0];
}

/**
 * How many users the shop has. Each is drawn once, so that the traffic can be off its allocation by what the draw of so
 * few gives: with 20,000 a third of a percentage point, which no check of the request ratio takes for a fault.
 */
export const users = 20_000;

/** What a user is called: the targeting key of the flags. */
export function userName(index: number): string {
  return `user-${index}`;
}
