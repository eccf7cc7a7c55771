import { css } from '@emotion/css';
import { type DataQueryRequest, type GrafanaTheme2, type TimeRange } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';

import { type PromQLStatement } from '../../../contract/contract.gen';
import { type QuerySource } from '../../querySource';
import { type FlaglensQuery } from '../../types';
import { useDebounced } from '../../../shared/useDebounced';
import { useLoaded } from '../../../shared/useLoaded';
import { promqlQuestion, type PromQLQuestion, promqlRequest } from './promqlRequest';

interface Props {
  datasource: QuerySource;
  query: FlaglensQuery;
  range?: TimeRange;
  request?: DataQueryRequest;
}

/** Milliseconds of rest after the last change before the backend is asked. */
const rest = 400;

/** The PromQL that the query sends, as the backend builds it, to read and to copy. */
export function PromQLPreview({ datasource, query, range, request }: Props) {
  const styles = useStyles2(getStyles);
  const complete = datasource.filterQuery(query);
  // As text, because a new but equal object must not ask again.
  const asked = useDebounced(complete ? JSON.stringify(promqlQuestion(datasource, query, range, request)) : '', rest);
  const load = useMemo(
    () =>
      asked === ''
        ? undefined
        : () => datasource.resources.promql(promqlRequest(JSON.parse(asked) as PromQLQuestion, Date.now())),
    [datasource, asked]
  );
  const { loading, value, error } = useLoaded(load);

  return (
    <div className={styles.root}>
      <div aria-live="polite">
        {!complete && <p className={styles.note}>Choose a flag and a signal to see the PromQL that they come to.</p>}
        {complete && loading && <p className={styles.note}>Asking for the PromQL…</p>}
        {complete && error !== undefined && <p className={styles.error}>The PromQL could not be built: {error}</p>}
        {complete &&
          merged(value?.statements ?? []).map((statement, index) => (
            <Statement
              key={index}
              statement={statement}
              about={query.queryType === 'flags' ? 'All flags' : 'The flag'}
              once={query.format === 'alert' ? 'once, at the end of the range' : 'once, over the whole range'}
            />
          ))}
      </div>
    </div>
  );
}

/** Signals that are computed from the same expression share one request, and one place here. */
function merged(statements: readonly PromQLStatement[]): PromQLStatement[] {
  const byRequest = new Map<string, PromQLStatement>();
  for (const statement of statements) {
    const request = JSON.stringify([statement.expr, statement.step]);
    const before = byRequest.get(request);
    byRequest.set(
      request,
      before === undefined ? statement : { ...before, signal: `${before.signal}, ${statement.signal}` }
    );
  }
  return [...byRequest.values()];
}

interface StatementProps {
  statement: PromQLStatement;
  /** What an expression is of that belongs to no signal. */
  about: string;
  /** When an expression without a step is evaluated. */
  once: string;
}

function Statement({ statement: { signal, expr, step }, about, once }: StatementProps) {
  const styles = useStyles2(getStyles);
  const name = signal === '' ? 'PromQL' : `PromQL of ${signal}`;
  return (
    <figure className={styles.statement}>
      <figcaption className={styles.caption}>
        <span>
          {signal === '' ? about : signal}
          <span className={styles.step}>{step ? ` every ${step}` : ` ${once}`}</span>
        </span>
        <ClipboardButton
          icon="copy"
          size="sm"
          variant="secondary"
          fill="text"
          getText={() => expr}
          aria-label={`Copy the ${name}`}
        >
          Copy
        </ClipboardButton>
      </figcaption>
      <pre className={styles.code} aria-label={name}>
        {expr}
      </pre>
    </figure>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ width: '100%', minWidth: 0 }),
  note: css({ margin: 0, color: theme.colors.text.secondary }),
  error: css({ margin: 0, color: theme.colors.error.text, overflowWrap: 'anywhere' }),
  statement: css({ margin: theme.spacing(0, 0, 1) }),
  caption: css({ display: 'flex', justifyContent: 'space-between', alignItems: 'center' }),
  step: css({ color: theme.colors.text.secondary }),
  code: css({
    margin: 0,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
