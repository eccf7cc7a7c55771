import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';

import { type DetectResource } from '../../../contract/contract.gen';
import { type Loaded } from '../../../shared/useLoaded';
import { editPath } from '../../host/addresses';
import { Card } from './Card';

interface Props {
  uid: string;
  name: string;
  detect: Loaded<DetectResource>;
}

/** The datasource, and what answers behind it. */
export function Engine({ uid, name, detect: { value } }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <Card title={name} aside={<TextLink href={editPath(uid)}>All settings</TextLink>}>
      {value && (
        <dl className={styles.facts}>
          <dt>Engine</dt>
          <dd>{[value.engine, value.version].filter(Boolean).join(' ')}</dd>
          <dt>Names</dt>
          <dd>
            {value.metrics} metrics, {value.labels} labels
          </dd>
          <dt>Scraped</dt>
          <dd>{value.scrapeIntervalFrom}</dd>
        </dl>
      )}
    </Card>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    gap: theme.spacing(0.5, 2),
    margin: 0,
    '& dt': { fontWeight: theme.typography.fontWeightRegular, color: theme.colors.text.secondary },
    '& dd': { margin: 0 },
  }),
});
