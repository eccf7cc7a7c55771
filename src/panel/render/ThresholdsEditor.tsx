import {
  type StandardEditorProps,
  standardEditorsRegistry,
  type ThresholdsConfig,
  ThresholdsMode,
} from '@grafana/data';
import { isThresholds } from '../model/fieldSettings';

/** As in Grafana's own panels, the first step is what holds below all others; no line belongs to it. */
const base = { value: -Infinity, color: 'transparent' };

/** What the editor begins with: a base step, which JSON stores without its value. */
function withBase(stored: ThresholdsConfig | undefined): ThresholdsConfig {
  const { mode, steps } = isThresholds(stored) ? stored : { mode: ThresholdsMode.Absolute, steps: [] };
  const [first, ...others] = steps;
  return { mode, steps: [{ ...base, ...first, value: -Infinity }, ...others] };
}

/** Grafana's editor of thresholds, for those of this panel. */
export function ThresholdsEditor({ value, ...props }: StandardEditorProps<ThresholdsConfig | undefined>) {
  const { editor: Editor } = standardEditorsRegistry.get('thresholds');
  return <Editor {...props} value={withBase(value)} />;
}
