import { createTheme, type GrafanaTheme2 } from '@grafana/data';
import { config } from '@grafana/runtime';

export type Mode = 'dark' | 'light';

const key = 'flaglens.workbench.theme';

// Grafana brings its fonts along, its packages do not: the system's own stand in for them.
const typography = {
  fontFamily: 'ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
};

function isMode(value: string | null): value is Mode {
  return value === 'dark' || value === 'light';
}

/** The theme to begin with: the address's `theme`, else the one chosen last, else the system's. */
export function initialMode(search: URLSearchParams): Mode {
  const candidates = [search.get('theme'), localStorage.getItem(key)];
  const preferred = window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  return candidates.find(isMode) ?? preferred;
}

/** Remembers the choice for the next visit. */
export function rememberMode(mode: Mode): void {
  localStorage.setItem(key, mode);
}

/** The theme of a mode, also where plugins look for it outside of React. */
export function themeOf(mode: Mode): GrafanaTheme2 {
  const theme = createTheme({ colors: { mode }, typography });
  config.theme2 = theme;
  document.documentElement.style.colorScheme = mode;
  return theme;
}
