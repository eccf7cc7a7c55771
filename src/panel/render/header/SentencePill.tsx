import { formatValue } from '../../format/numbers';
import { type Verdict } from '../../frames/verdicts';
import { type Headline } from '../../model/headline';
import { type Reading } from '../../model/reading';
import { type PanelStatus } from '../../model/status';
import { pillOf } from './pillOf';
import { useAxis } from '../base';
import { StatusPill } from './StatusPill';
import { VerdictPill } from './VerdictPill';

interface SentencePillProps {
  status: PanelStatus;
  headline: Headline | null;
  /** Worst first; the first one speaks for all. */
  verdicts: readonly Verdict[];
  /** What stands under the crosshair, where there is no room for a tooltip. */
  readout: { clock: string; reading: Reading | null } | null;
}

/** What the header's pill says: the crosshair's reading, else the verdict, else what went wrong, else the main difference. */
export function SentencePill({ status, headline, verdicts, readout }: SentencePillProps) {
  const axis = useAxis();
  const { staleSince } = status;
  const asOf = staleSince === null ? '' : `as of ${axis.format(staleSince, 'minute')}`;
  const row = readout?.reading?.rows.find(({ primary }) => primary);
  if (readout && row) {
    const feature = row.features[0]?.feature ?? null;
    const detail = `${formatValue(feature, row.style)} over ${formatValue(row.baseline, row.style)}`;
    return <StatusPill tone="neutral" glyph="difference" title={`${readout.clock} ${row.label}`} detail={detail} />;
  }
  const hint = [...status.failures.map(({ message }) => message), ...status.notices.map(({ text }) => text)].join('\n');
  const [worst] = verdicts;
  if (worst && (status.kind === 'ready' || status.kind === 'partial' || status.kind === 'stale')) {
    return <VerdictPill verdict={worst} all={verdicts} asOf={asOf} hint={hint} />;
  }
  if (status.kind === 'ready' || status.kind === 'stale') {
    return headline ? (
      <StatusPill
        tone="neutral"
        glyph="difference"
        title={headline.title}
        detail={[headline.detail, asOf].filter((part) => part !== '').join(', ')}
        dimmed={asOf !== ''}
      />
    ) : (
      <StatusPill
        tone="neutral"
        glyph="none"
        title="No difference"
        detail="nothing to compare at the end of the range"
      />
    );
  }
  return (
    <StatusPill {...pillOf(status)} title={status.title} detail={status.detail} hint={hint === '' ? undefined : hint} />
  );
}
