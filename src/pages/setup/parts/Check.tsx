import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useId, useState } from 'react';

import { type DoctorCheck } from '../../../contract/contract.gen';
import { BucketScale } from './BucketScale';
import { CodeBlock } from './CodeBlock';
import { StatusGlyph, statusWords } from './StatusGlyph';

/** One check: its shape and word, what was found, and, opened, what to do. What is not well is open from the start. */
export function Check({ check }: { check: DoctorCheck }) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const { title, status, detail, remedy, items, code, buckets = [], share } = check;
  const hasMore = Boolean(remedy) || items.length > 0 || Boolean(code) || buckets.length > 0;
  const [open, setOpen] = useState(status !== 'pass');
  return (
    <li className={styles.check}>
      <StatusGlyph status={status} />
      <div className={styles.body}>
        <div className={styles.head}>
          <h3 className={styles.title}>{title}</h3>
          {share !== undefined && <Share share={share} />}
          <span className={styles.word}>{statusWords[status]}</span>
          {hasMore && (
            <Button
              size="sm"
              fill="text"
              variant="secondary"
              icon={open ? 'angle-down' : 'angle-right'}
              aria-expanded={open}
              aria-controls={id}
              aria-label={`${open ? 'Hide' : 'Show'} the details of ${title}`}
              onClick={() => setOpen(!open)}
            />
          )}
        </div>
        <p className={styles.detail}>{detail}</p>
        {open && hasMore && (
          <div id={id}>
            {buckets.map((finding) => (
              <BucketScale key={`${finding.flag} ${finding.signal} ${finding.quantile}`} finding={finding} />
            ))}
            {/* The scales of buckets say what the items do, beside what the detail says already. */}
            {items.length > 0 && buckets.length === 0 && (
              <ul className={styles.items}>
                {items.map((item) => (
                  <li key={item}>{item}</li>
                ))}
              </ul>
            )}
            {remedy && <p className={styles.remedy}>{remedy}</p>}
            {code && <CodeBlock label={`What to paste for ${title}`} text={code} />}
          </div>
        )}
      </div>
    </li>
  );
}

function Share({ share }: { share: number }) {
  return <meter min={0} max={1} low={0.5} high={0.8} optimum={0} value={share} aria-label="Share of the limit" />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  check: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1.5, 0),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    '& > svg': { flexShrink: 0, marginTop: 2 },
  }),
  body: css({ flex: 1, minWidth: 0 }),
  head: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.body, fontWeight: theme.typography.fontWeightMedium, margin: 0, flex: 1 }),
  word: css({ fontSize: theme.typography.bodySmall.fontSize }),
  detail: css({ margin: 0, color: theme.colors.text.secondary }),
  items: css({ margin: theme.spacing(0.5, 0), paddingLeft: theme.spacing(2.5), color: theme.colors.text.secondary }),
  remedy: css({ margin: theme.spacing(0.5, 0) }),
});
