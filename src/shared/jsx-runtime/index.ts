/**
 * React's automatic JSX runtime on top of the host's `React.createElement`.
 *
 * Grafana shares `react` with plugins from the beginning, but `react/jsx-runtime` only since 11.6.11, 12.0.10,
 * 12.1.7 and 12.2.5. Bundling React's own runtime would tie the build to one React: its elements are marked
 * differently in 18 and 19. `createElement` of the host makes elements of the host's kind.
 */
import { createElement, Fragment, type ComponentType, type Key, type ReactElement, type ReactNode } from 'react';

type Type = string | ComponentType<Props>;
type Props = Record<string, unknown>;

function keyed(props: Props, key: Key | undefined): Props {
  return key === undefined ? props : { ...props, key };
}

/** Makes an element; children are in `props.children`, as the JSX transform leaves them. */
export function jsx(type: Type, props: Props, key?: Key): ReactElement {
  return createElement(type, keyed(props, key));
}

/** Makes an element whose children were written out, and so need no keys: React wants such as arguments. */
export function jsxs(type: Type, { children, ...props }: Props, key?: Key): ReactElement {
  return createElement(type, keyed(props, key), ...(children as ReactNode[]));
}

/** What the development transform calls for both. */
export function jsxDEV(type: Type, props: Props, key?: Key, written = false): ReactElement {
  return (written ? jsxs : jsx)(type, props, key);
}

export { Fragment };
