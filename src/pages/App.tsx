import { initPluginTranslations } from '@grafana/i18n';
import { useSceneApp } from '@grafana/scenes';
import { LoadingPlaceholder } from '@grafana/ui';
import { useEffect, useState } from 'react';

import { AppRouter } from './frame/AppRouter';
import { appId } from './host/paths';
import { makeSceneApp } from './frame/sceneApp';

/** The app's pages, in the frame that scenes gives them. */
export default function App() {
  const ready = useTexts();
  const scene = useSceneApp(makeSceneApp);
  if (!ready) {
    return <LoadingPlaceholder text="Loading Flaglens" />;
  }
  return (
    <AppRouter>
      <scene.Component model={scene} />
    </AppRouter>
  );
}

/** Scenes asks for its texts by a copy of the library that is ours to start; without translations they come in English. */
function useTexts(): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    void initPluginTranslations(appId).then(() => setReady(true));
  }, []);
  return ready;
}
