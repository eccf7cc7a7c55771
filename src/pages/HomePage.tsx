import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { getDataSourceSrv, PluginPage } from '@grafana/runtime';
import { LinkButton, TextLink, useStyles2 } from '@grafana/ui';

const type = 'flaglens-datasource';

const dashboards = [
  { uid: 'flaglens-feature', title: 'Feature', about: 'one flag: the feature laid over its baseline' },
  { uid: 'flaglens-existing-application', title: 'Existing application', about: 'the baseline alone, kept apart' },
];

/** The app's root page: what is installed, and where to go. */
export default function HomePage() {
  const styles = useStyles2(getStyles);
  // Grafana adds its own built-in datasource to whatever is asked for.
  const datasources = getDataSourceSrv()
    .getList({ type })
    .filter((datasource) => datasource.type === type);

  return (
    <PluginPage>
      <div className={styles.root}>
        <section aria-labelledby="flaglens-datasources">
          <h2 id="flaglens-datasources">Data sources</h2>
          {datasources.length === 0 ? (
            <p>
              Flaglens reads the Prometheus that you already have. Add it as a data source of type Flaglens, and say how
              its metrics tell flags and variants apart.
            </p>
          ) : (
            <ul className={styles.list}>
              {datasources.map(({ uid, name }) => (
                <li key={uid}>
                  <TextLink href={`/connections/datasources/edit/${uid}`}>{name}</TextLink>
                </li>
              ))}
            </ul>
          )}
          <LinkButton
            href={`/connections/datasources/${type}`}
            icon="plus"
            variant={datasources.length === 0 ? 'primary' : 'secondary'}
          >
            Add a data source
          </LinkButton>
        </section>
        <section aria-labelledby="flaglens-dashboards">
          <h2 id="flaglens-dashboards">Dashboards</h2>
          <ul className={styles.list}>
            {dashboards.map(({ uid, title, about }) => (
              <li key={uid}>
                <TextLink href={`/d/${uid}`}>{title}</TextLink>: {about}
              </li>
            ))}
          </ul>
          <p>
            Not there yet? <TextLink href="/plugins/flaglens-app?page=dashboards">Import them</TextLink> from the
            plugin&apos;s page.
          </p>
        </section>
        <section aria-labelledby="flaglens-elsewhere">
          <h2 id="flaglens-elsewhere">In your own dashboards</h2>
          <p>
            Choose a Flaglens data source in any panel. The panel <em>Flaglens comparison</em> overlays the percentiles
            of feature and baseline; time series, stat, table and heatmap panels and alert rules read the same answers.
          </p>
        </section>
      </div>
    </PluginPage>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(4),
    maxWidth: theme.spacing(90),
  }),
  list: css({ paddingLeft: theme.spacing(3), marginBottom: theme.spacing(2) }),
});
