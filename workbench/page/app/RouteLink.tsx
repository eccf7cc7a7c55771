import { locationService } from '@grafana/runtime';
import type { AnchorHTMLAttributes, MouseEvent } from 'react';

interface RouteLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  href: string;
}

/** A link to a page of the workbench that does not load the document anew. */
export function RouteLink({ href, children, ...rest }: RouteLinkProps) {
  const follow = (event: MouseEvent) => {
    // A new tab or window is for the browser to open.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    locationService.push(href);
  };
  return (
    <a href={href} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
