import { Button } from '@grafana/ui';

interface Props {
  /** What one of them is called: variant. */
  what: string;
  /** Which of them it is, as those are told who do not see the row: 2 of checkout. */
  which: string;
  onRemove: () => void;
}

/** Takes a row out of a list. */
export function RemoveButton({ what, which, onRemove }: Props) {
  return (
    <Button
      type="button"
      icon="times"
      variant="secondary"
      fill="outline"
      aria-label={`Remove ${what} ${which}`}
      tooltip={`Remove this ${what}`}
      onClick={onRemove}
    />
  );
}
