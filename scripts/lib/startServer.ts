import type { ChildGroup, ChildOptions } from './ChildGroup';
import { waitFor } from './waitFor';

export interface ServerOptions extends ChildOptions {
  /** What answers with success once the server is ready. */
  readyUrl: string;
  timeoutMs: number;
  onUnexpectedExit: (reason: string) => void;
}

/**
 * Starts a server and waits until it is ready.
 *
 * @throws Error that says why it ended, or what it last answered when the time was up
 */
export async function startServer(children: ChildGroup, options: ServerOptions): Promise<void> {
  const { name, readyUrl, timeoutMs } = options;
  let ended: string | undefined;
  children.start({
    ...options,
    onUnexpectedExit: (reason) => {
      ended = reason;
      options.onUnexpectedExit(reason);
    },
  });
  const failure = await waitFor<string | undefined>(
    async () => {
      if (ended !== undefined) {
        return { answer: ended };
      }
      const response = await fetch(readyUrl);
      return response.ok ? { answer: undefined } : { notYet: `it answers ${response.status}` };
    },
    { what: `The start of ${name}`, timeoutMs }
  );
  if (failure !== undefined) {
    throw new Error(failure);
  }
}
