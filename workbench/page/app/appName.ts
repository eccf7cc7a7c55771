import { createContext } from 'react';

/** What the app is called whose page is shown; Grafana has it in its breadcrumbs. */
export const AppName = createContext('');
