import './page.css';

import { initPluginTranslations } from '@grafana/i18n';
import { createRoot } from 'react-dom/client';

import { App } from './app/App';
import { installServices } from './host/installServices';

const root = document.getElementById('root');
if (!root) {
  throw new Error('The page has no root element.');
}
const services = installServices();
// The components of @grafana/ui ask for their texts; without translations they come in English.
await initPluginTranslations('flaglens-workbench');
createRoot(root).render(<App services={services} />);
