import { Button } from '@grafana/ui';

/** Runs the dashboard's queries again, after a failure. */
export function RetryButton({ onRetry }: { onRetry: () => void }) {
  return (
    <Button size="sm" variant="secondary" onClick={onRetry}>
      Retry
    </Button>
  );
}
