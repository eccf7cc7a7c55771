import { EmbeddedScene, SceneApp, SceneAppPage, SceneReactObject } from '@grafana/scenes';
import { type ComponentType } from 'react';

import { HomePage } from '../home/HomePage';
import { SetupPage } from '../setup/SetupPage';
import { appPath, routes, setupPath } from '../host/paths';

/** A page whose content is React's own. */
function contentOf(component: ComponentType): () => EmbeddedScene {
  return () => new EmbeddedScene({ body: new SceneReactObject({ component }) });
}

/** The app: its pages by their routes. Flags, flag and alerts come beside Setup. */
export function makeSceneApp(): SceneApp {
  return new SceneApp({
    name: 'flaglens',
    pages: [
      new SceneAppPage({
        title: 'Flaglens',
        subTitle: 'Did a flag make things worse? Feature over baseline, from the Prometheus that you have.',
        url: appPath,
        routePath: '/',
        hideFromBreadcrumbs: true,
        getScene: contentOf(HomePage),
      }),
      new SceneAppPage({
        title: 'Setup',
        subTitle: 'From your Prometheus to the first verdict.',
        url: setupPath(),
        routePath: `${routes.setup}/*`,
        getScene: contentOf(SetupPage),
      }),
    ],
  });
}
