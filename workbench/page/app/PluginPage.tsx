import type { NavModelItem } from '@grafana/data';
import type { PluginPageProps } from '@grafana/runtime';
import { Tab, TabsBar } from '@grafana/ui';
import { useContext } from 'react';

import { AppName } from './appName';
import { Page } from './Page';

/** The pages above one, outermost first. */
function above(item: NavModelItem | undefined): NavModelItem[] {
  return item === undefined ? [] : [...above(item.parentItem), ...(item.hideFromBreadcrumbs ? [] : [item])];
}

/** The frame that Grafana gives to the pages of apps: title, controls, and tabs where the page has some. */
export function PluginPage({ pageNav, actions, subTitle, renderTitle, children }: PluginPageProps) {
  const app = useContext(AppName);
  const title = pageNav?.text ?? app;
  const trail = [app, ...above(pageNav?.parentItem).map(({ text }) => text)];
  return (
    <Page title={title} heading={renderTitle?.(title)} trail={trail} description={subTitle} actions={actions}>
      {pageNav?.children && (
        <TabsBar>
          {pageNav.children.map(({ text, url, active }) => (
            <Tab key={text} label={text} href={url ?? ''} active={active ?? false} />
          ))}
        </TabsBar>
      )}
      {children}
    </Page>
  );
}
