import { css } from '@emotion/css';
import { type GrafanaTheme2, type QueryEditorHelpProps } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';

import { type QuerySource } from '../querySource';
import { type FlaglensQuery } from '../types';
import { LoadError } from '../../shared/LoadError';
import { useLoaded } from '../../shared/useLoaded';
import { examplesFor } from './query/examples';

/** What Grafana hands to the help; `datasource` is one of ours. */
type Props = Omit<QueryEditorHelpProps<FlaglensQuery>, 'datasource' | 'query'> & {
  datasource: QuerySource;
  query?: FlaglensQuery;
};

/** Examples that work on the flags that there are, each of which a click puts in the place of the query. */
export default function QueryHelp({ datasource, query, onClickExample }: Props) {
  const styles = useStyles2(getStyles);
  const { resources } = datasource;
  const flags = useLoaded(useCallback(() => resources.flags(), [resources]));
  const signals = useLoaded(useCallback(() => resources.signals(), [resources]));
  const flag = query?.flag ?? flags.value?.flags[0]?.flag;

  return (
    <div>
      <h2>Examples</h2>
      {flags.error !== undefined && <LoadError what="The flags" error={flags.error} onRetry={flags.reload} />}
      {flags.value?.flags.length === 0 && (
        <p>No flag is known yet. Examples appear once Prometheus has series of one.</p>
      )}
      {flag !== undefined && signals.value !== undefined && (
        <ul className={styles.list}>
          {examplesFor(flag, signals.value.signals).map(({ title, detail, query: example }) => (
            <li key={title} className={styles.example}>
              <div>
                <strong>{title}</strong>
                <p className={styles.detail}>{detail}</p>
              </div>
              <Button
                type="button"
                size="sm"
                variant="secondary"
                aria-label={`Use the example: ${title}`}
                onClick={() => onClickExample({ refId: query?.refId ?? 'A', ...example })}
              >
                Use
              </Button>
            </li>
          ))}
        </ul>
      )}
      <p>Filters, variants, quantiles, margins and the legend are behind Options; PromQL shows what is sent.</p>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(0, 0, 2), padding: 0 }),
  example: css({
    display: 'flex',
    justifyContent: 'space-between',
    alignItems: 'center',
    gap: theme.spacing(2),
    padding: theme.spacing(1),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  detail: css({ margin: 0, color: theme.colors.text.secondary }),
});
