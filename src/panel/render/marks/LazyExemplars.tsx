import { type ComponentProps, lazy, Suspense } from 'react';

/** Fetched when a panel first has exemplars: most have none, and need none of its code. */
const ExemplarMarks = lazy(async () => ({ default: (await import('./ExemplarMarks')).ExemplarMarks }));

/** The marks of traces, once their code is there. */
export function LazyExemplars(props: ComponentProps<typeof ExemplarMarks>) {
  return (
    <Suspense fallback={null}>
      <ExemplarMarks {...props} />
    </Suspense>
  );
}
