import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, TextArea, useStyles2 } from '@grafana/ui';

interface Props {
  /** What the text is, for those who do not see it. */
  label: string;
  text: string;
}

const mostRows = 16;

/** A text to paste, and the button that copies it. */
export function CodeBlock({ label, text }: Props) {
  const styles = useStyles2(getStyles);
  const lines = text.trimEnd().split('\n').length;
  return (
    <div className={styles.root}>
      <TextArea aria-label={label} className={styles.code} value={text} readOnly rows={Math.min(lines, mostRows)} />
      <ClipboardButton icon="copy" size="sm" variant="secondary" getText={() => text}>
        Copy
      </ClipboardButton>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'flex', alignItems: 'flex-start', gap: theme.spacing(1), marginTop: theme.spacing(1) }),
  // It scrolls, so the keyboard has to reach it.
  code: css({ flex: 1, minWidth: 0, fontFamily: theme.typography.fontFamilyMonospace, whiteSpace: 'pre' }),
});
