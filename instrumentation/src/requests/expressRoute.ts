import type { Request } from 'express';
import { mountPattern } from './mountPattern.js';

/** Where a router is mounted: what the request's path has there, and the pattern of it; undefined where none is known. */
interface Mount {
  readonly path: string;
  readonly pattern: string | undefined;
}

const ROOT: Mount = { path: '', pattern: '' };

/**
 * Follows a request through Express's routers, which tell of a mount only what its path matched, with the ids in it. The
 * parameters of each mount are seen as the router sets them, and their names take the values' places.
 *
 * Read at the request's end the prefix would be missing wherever a handler failed, because Express has left its routers by
 * then.
 */
export class ExpressRoute {
  private readonly mounts: Mount[] = [ROOT];
  private params: Readonly<Record<string, unknown>> | undefined;
  private matched: string | undefined;

  constructor(private readonly request: Request) {
    this.follow('route', (route) => this.entered(route));
    // A copy: the handlers of parameters may put something else in a value's place.
    this.follow('params', (params) => (this.params = isObject(params) ? { ...params } : undefined));
    this.follow('baseUrl', (path) => this.mounted(typeof path === 'string' ? path : ''));
  }

  /** The pattern of the route that answered, else of what is mounted where it was answered; undefined if there is none. */
  get pattern(): string | undefined {
    const { path, pattern } = this.current;
    return this.matched ?? (path === '' ? undefined : pattern);
  }

  private get current(): Mount {
    return this.mounts[this.mounts.length - 1] ?? ROOT;
  }

  private entered(route: unknown): void {
    if (isObject(route) && 'path' in route) {
      const { pattern } = this.current;
      this.matched = pattern === undefined ? undefined : `${pattern}${String(route.path)}`;
    }
  }

  private mounted(path: string): void {
    while (this.mounts.length > 1 && !path.startsWith(this.current.path)) {
      this.mounts.pop();
    }
    const parent = this.current;
    const own = path.slice(parent.path.length);
    if (own !== '') {
      const pattern = parent.pattern === undefined ? undefined : mountPattern(this.request, own, this.params ?? {});
      this.mounts.push({ path, pattern: pattern === undefined ? undefined : `${parent.pattern ?? ''}${pattern}` });
    }
  }

  /** Calls `seen`, which must not throw, with each value that the router sets. */
  private follow(property: 'route' | 'params' | 'baseUrl', seen: (value: unknown) => void): void {
    let current: unknown = this.request[property];
    Object.defineProperty(this.request, property, {
      configurable: true,
      enumerable: true,
      get: () => current,
      set: (value: unknown) => {
        current = value;
        seen(value);
      },
    });
    if (property === 'baseUrl' && typeof current === 'string') {
      seen(current);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
