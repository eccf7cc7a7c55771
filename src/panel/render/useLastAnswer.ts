import { LoadingState, type PanelData, type PanelProps } from '@grafana/data';
import { useState } from 'react';
import { type Answer, answered, flagsOf, questionOf, remembered, type Shown } from '../model/lastAnswer';

interface Kept {
  /** What was handed in last, and the question that it is about. */
  data: PanelData;
  question: string;
  flags: string;
  shown: Shown;
  answer: Answer | null;
}

/**
 * The data to show. The last answer stays while the next one is on its way, and where that one fails; never after the
 * question has become another one.
 */
export function useLastAnswer({ data, replaceVariables }: Pick<PanelProps, 'data' | 'replaceVariables'>): Shown {
  const [kept, setKept] = useState<Kept | null>(null);
  const flags = flagsOf(data.request, replaceVariables);
  let current = kept;
  if (kept?.data !== data) {
    const same = kept !== null && kept.data.request === data.request;
    const question = same ? kept.question : questionOf(data.request, replaceVariables);
    const before = kept?.answer ?? null;
    const shown = answered(data, question, before);
    current = {
      data,
      question,
      flags: same ? kept.flags : flags,
      shown,
      answer: remembered(data, question, shown, before),
    };
    setKept(current);
  }
  const { shown } = current ?? { shown: { data, staleSince: null } };
  // The flag is another one already, and its answer is not asked for yet.
  return current && current.flags !== flags ? { data: waiting(shown.data), staleSince: null } : shown;
}

function waiting(data: PanelData): PanelData {
  return { ...data, series: [], annotations: [], state: LoadingState.Loading };
}
