import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ToolbarButton, useStyles2 } from '@grafana/ui';

import type { DashboardEntry } from '../dashboard/model';
import type { AppPage } from './appPages';
import { RouteLink } from './RouteLink';
import type { Mode } from './theme';
import { useAddress } from './useAddress';

interface TopBarProps {
  dashboards: DashboardEntry[];
  /** The pages of the app. */
  pages: AppPage[];
  mode: Mode;
  onMode: (mode: Mode) => void;
}

/** The bar on top of every page: where one can go, and the theme. */
export function TopBar({ dashboards, pages: ofApp, mode, onMode }: TopBarProps) {
  const styles = useStyles2(getStyles);
  const { path } = useAddress();
  const pages = [
    ...ofApp,
    ...dashboards.map(({ uid, title }) => ({ href: `/d/${uid}`, title })),
    { href: '/explore', title: 'Explore' },
    { href: '/datasource', title: 'Datasource' },
    { href: '/demo', title: 'Demo' },
  ];
  const other: Mode = mode === 'dark' ? 'light' : 'dark';
  return (
    <div className={styles.bar}>
      <RouteLink href="/" className={styles.brand} aria-label="Flaglens workbench, start">
        <img src="/public/plugins/flaglens-app/img/logo.svg" alt="" className={styles.logo} />
        <span className={styles.name}>Flaglens</span>
        <span className={styles.tag}>workbench</span>
      </RouteLink>
      <nav aria-label="Pages" className={styles.pages}>
        {pages.map(({ href, title }) => (
          <RouteLink
            key={href}
            href={href}
            className={cx(styles.link, path === href && styles.current)}
            aria-current={path === href ? 'page' : undefined}
          >
            {title}
          </RouteLink>
        ))}
      </nav>
      <ToolbarButton
        icon="adjust-circle"
        aria-label={`Use the ${other} theme`}
        tooltip={`Use the ${other} theme`}
        onClick={() => onMode(other)}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
    padding: theme.spacing(0.5, 2),
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    [theme.breakpoints.down('md')]: { flexWrap: 'wrap', padding: theme.spacing(0.5, 1) },
  }),
  brand: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    flexShrink: 0,
    [theme.breakpoints.down('md')]: { marginRight: 'auto' },
  }),
  logo: css({ width: 24, height: 24 }),
  name: css({ fontWeight: theme.typography.fontWeightMedium }),
  tag: css({
    color: theme.colors.text.secondary,
    [theme.breakpoints.down('md')]: { display: 'none' },
  }),
  pages: css({
    display: 'flex',
    flexWrap: 'wrap',
    flex: 1,
    minWidth: 0,
    gap: theme.spacing(0.5),
    // On a narrow screen the pages have lines of their own, below the brand and the theme switch.
    [theme.breakpoints.down('md')]: { order: 1, flexBasis: '100%' },
  }),
  link: css({
    padding: theme.spacing(0.75, 1),
    color: theme.colors.text.secondary,
    whiteSpace: 'nowrap',
    borderBottom: '2px solid transparent',
    '&:hover': { color: theme.colors.text.primary },
  }),
  current: css({ color: theme.colors.text.primary, borderBottomColor: theme.colors.primary.border }),
});
