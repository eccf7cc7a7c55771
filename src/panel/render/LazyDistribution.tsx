import { LoadingPlaceholder } from '@grafana/ui';
import { type ComponentProps, lazy, Suspense } from 'react';

/** Fetched when a panel first shows one: most panels compare, and need none of its code. */
const Distribution = lazy(async () => ({ default: (await import('./distribution')).Distribution }));

/** The view of a distribution, once its code is there. */
export function LazyDistribution(props: ComponentProps<typeof Distribution>) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading the distribution" />}>
      <Distribution {...props} />
    </Suspense>
  );
}
