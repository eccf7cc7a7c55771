/** The label values of one observation. */
export interface Route {
  method: string;
  route: string;
  status: string;
  service: string;
  region: string;
}

/** As many different sets of values as a service of some size has. */
export const ROUTES: readonly Route[] = Array.from({ length: 64 }, (_, i) => ({
  method: i % 3 === 0 ? 'POST' : 'GET',
  route: `/api/v1/things-${i % 16}/:id`,
  status: i % 4 === 0 ? '500' : '200',
  service: `service-${i % 4}`,
  region: i % 2 === 0 ? 'north' : 'south',
}));

/** The labels as an application hands them over: a new object each time. */
export const LABELS = {
  3: {
    names: ['method', 'route', 'status'],
    of: ({ method, route, status }: Route) => ({ method, route, status }),
  },
  5: {
    names: ['method', 'route', 'status', 'service', 'region'],
    of: ({ method, route, status, service, region }: Route) => ({ method, route, status, service, region }),
  },
} as const;

/** Durations as a service has them, from a millisecond to seconds, in an order that no branch predictor learns. */
const VALUES = Float64Array.from({ length: 4096 }, (_, i) => 0.001 * Math.exp(((i * 2654435761) % 4096) / 512));

export function valueAt(index: number): number {
  return VALUES[index & 4095] ?? 0;
}

export function routeAt(index: number): Route {
  const route = ROUTES[index & 63];
  if (route === undefined) {
    throw new Error('There are 64 routes.');
  }
  return route;
}
