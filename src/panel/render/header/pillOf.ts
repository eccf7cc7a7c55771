import { type PanelStatus } from '../../model/status';
import { type GlyphName } from '../base';

/** How a state looks beside its words. */
export function pillOf(status: PanelStatus): { tone: 'neutral' | 'warning'; glyph: GlyphName } {
  switch (status.kind) {
    case 'loading':
      return { tone: 'neutral', glyph: 'loading' };
    case 'empty':
      return { tone: 'neutral', glyph: 'none' };
    case 'ready':
      return { tone: 'neutral', glyph: 'difference' };
    default:
      return { tone: 'warning', glyph: 'warning' };
  }
}
