import { useTheme2 } from '@grafana/ui';
import { Glyph, type GlyphName, tokensOf } from '../base';
import { statusWords } from '../../model/pillWords';
import { Pill } from './Pill';

interface StatusPillProps {
  tone: 'neutral' | 'warning';
  glyph: GlyphName;
  /** The strong first words, and the rest of the sentence. */
  title: string;
  detail?: string;
  dimmed?: boolean;
  /** Lets a long sentence take several lines instead of being cut. */
  wrap?: boolean;
  /** The whole story, where the sentence is cut short. */
  hint?: string;
}

/** What the panel says where there is no verdict to say. */
export function StatusPill({ tone, glyph, title, detail = '', dimmed = false, wrap = false, hint }: StatusPillProps) {
  const { warning } = tokensOf(useTheme2());
  const accent = tone === 'warning' ? warning : undefined;
  const words = detail === '' ? title : `${title}: ${detail}`;
  return (
    <Pill
      sign={
        <span style={{ color: accent, display: 'flex' }}>
          <Glyph name={glyph} />
        </span>
      }
      words={statusWords(title, detail)}
      accent={accent}
      dimmed={dimmed}
      wrap={wrap}
      hint={hint ?? words}
    />
  );
}
