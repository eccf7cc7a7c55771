import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { LoadingPlaceholder, Select, useStyles2 } from '@grafana/ui';

import { type PreviewResource } from '../../../contract/contract.gen';
import { LoadError } from '../../../shared/LoadError';
import { type Loaded } from '../../../shared/useLoaded';
import { previewTable } from '../previewTable';
import { Card } from './Card';

interface Props {
  preview: Loaded<PreviewResource>;
  /** The last answer, which stays while the next one is on its way. */
  last: PreviewResource | undefined;
  onFlag: (flag: string) => void;
}

/** What the chosen settings yield now, for one flag; nothing is saved for it. */
export function Preview({ preview, last, onFlag }: Props) {
  const styles = useStyles2(getStyles);
  const shown = preview.value ?? last;
  return (
    <Card title="What it yields" aside={shown && <FlagChoice shown={shown} onFlag={onFlag} />}>
      <div aria-busy={preview.loading} className={cx(preview.loading && styles.stale)}>
        {preview.error !== undefined && <LoadError what="The preview" error={preview.error} onRetry={preview.reload} />}
        {preview.error === undefined && shown && <Values shown={shown} />}
        {preview.loading && !shown && <LoadingPlaceholder text="Asking Prometheus" />}
      </div>
    </Card>
  );
}

function FlagChoice({ shown, onFlag }: { shown: PreviewResource } & Pick<Props, 'onFlag'>) {
  const styles = useStyles2(getStyles);
  if (!shown.flag) {
    return null;
  }
  return (
    <div className={styles.flag}>
      <Select
        aria-label="Flag"
        options={shown.flags.map(({ flag }) => ({ value: flag, label: flag }))}
        value={shown.flag}
        onChange={({ value }) => value !== undefined && onFlag(value)}
      />
    </div>
  );
}

function Values({ shown }: { shown: PreviewResource }) {
  const styles = useStyles2(getStyles);
  const { variants, lines } = previewTable(shown);
  return (
    <>
      {shown.notices.map((notice) => (
        <p key={notice} className={styles.note}>
          {notice}
        </p>
      ))}
      {lines.length > 0 && (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Signal</th>
                {variants.map((variant) => (
                  <th scope="col" key={variant} className={styles.number}>
                    {variant}
                    {variant === shown.baseline && <small> baseline</small>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map(({ key, name, stat, judged, values, messages }) => (
                <tr key={key}>
                  <th scope="row">
                    {name} <small>{[stat, judged ? '' : 'not judged'].filter(Boolean).join(', ')}</small>
                    {messages.map((message) => (
                      <div key={message} className={styles.message}>
                        {message}
                      </div>
                    ))}
                  </th>
                  {variants.map((variant) => (
                    <td key={variant} className={styles.number}>
                      {values[variant] ?? ''}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stale: css({ opacity: 0.6 }),
  flag: css({ minWidth: 180, maxWidth: '100%' }),
  note: css({ margin: theme.spacing(0, 0, 1), color: theme.colors.text.secondary }),
  scroll: css({ overflowX: 'auto' }),
  table: css({
    width: '100%',
    fontVariantNumeric: 'tabular-nums',
    '& th, & td': {
      padding: theme.spacing(0.5, 1),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      verticalAlign: 'top',
    },
    '& th': { textAlign: 'left', fontWeight: theme.typography.fontWeightRegular, overflowWrap: 'normal' },
    '& small': { color: theme.colors.text.secondary },
  }),
  number: css({ textAlign: 'right !important' as 'right', whiteSpace: 'nowrap' }),
  message: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
