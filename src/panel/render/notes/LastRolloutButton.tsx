import { Button } from '@grafana/ui';
import { testIds } from '../base';

/** Shows the range in which a flag was seen last. */
export function LastRolloutButton({ onShow }: { onShow: () => void }) {
  return (
    <Button size="sm" variant="secondary" onClick={onShow} data-testid={testIds.lastRollout}>
      Show its last rollout
    </Button>
  );
}
