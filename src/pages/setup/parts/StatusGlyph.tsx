import { useTheme2 } from '@grafana/ui';

import { type CheckStatus } from '../../../contract/constants.gen';

const shapes: Record<CheckStatus, { outline: string; sign: string }> = {
  fail: { outline: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z', sign: 'M5.5 5.5l5 5m0-5l-5 5' },
  warn: { outline: 'M8 1.5L15 14.5H1z', sign: 'M8 6v4m0 1.6v.8' },
  pass: { outline: 'M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14z', sign: 'M4.8 8.2l2.2 2.2l4.2-4.6' },
};

/** The word that goes with a status: shape and word, never the colour alone. */
export const statusWords: Record<CheckStatus, string> = { fail: 'Fail', warn: 'Warning', pass: 'Pass' };

/** The shape of a status; the word is for the text beside it to say. */
export function StatusGlyph({ status }: { status: CheckStatus }) {
  const { colors } = useTheme2();
  const color = { fail: colors.error.text, warn: colors.warning.text, pass: colors.success.text }[status];
  const { outline, sign } = shapes[status];
  return (
    <svg width={20} height={20} viewBox="0 0 16 16" fill="none" stroke={color} strokeWidth={1.5} aria-hidden="true">
      <path d={outline} strokeLinejoin="round" />
      <path d={sign} strokeLinecap="round" />
    </svg>
  );
}
