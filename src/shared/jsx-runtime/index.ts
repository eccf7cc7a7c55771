/**
 * React's automatic JSX runtime on top of the host's `React.createElement`.
 *
 * Grafana shares `react` with plugins from the beginning, but `react/jsx-runtime` only since 11.6.11, 12.0.10,
 * 12.1.7 and 12.2.5. Bundling React's own runtime would tie the build to one React: its elements are marked
 * differently in 18 and 19. `createElement` of the host makes elements of the host's kind.
 */
import { createElement, Fragment, type ComponentType, type Key, type ReactElement } from 'react';

type Props = Record<string, unknown>;

/** Makes an element; children are in `props.children`, as the JSX transform leaves them. */
export function jsx(type: string | ComponentType<Props>, props: Props, key?: Key): ReactElement {
  return createElement(type, key === undefined ? props : { ...props, key });
}

export { Fragment, jsx as jsxs, jsx as jsxDEV };
