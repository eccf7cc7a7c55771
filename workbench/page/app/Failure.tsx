import { Alert, Button } from '@grafana/ui';

interface FailureProps {
  title: string;
  message: string;
  onRetry?: () => void;
}

/** Says what failed, and offers to try again where that can help. */
export function Failure({ title, message, onRetry }: FailureProps) {
  return (
    <Alert title={title} severity="error">
      <p>{message}</p>
      {onRetry && (
        <Button variant="secondary" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
