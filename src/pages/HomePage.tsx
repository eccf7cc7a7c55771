import { PluginPage } from '@grafana/runtime';

/** The app's root page. */
export default function HomePage() {
  return <PluginPage>x</PluginPage>;
}
