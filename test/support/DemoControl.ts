import type { InboxNotification } from '../../demo/src/control/Inbox';
import type { FaultName } from '../../demo/src/flags';
import { waitFor } from '../../scripts/lib/waitFor';

/** The demo's control, as a person at its page uses it. */
export class DemoControl {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Switches a fault. */
  fault(name: FaultName, on: boolean): Promise<void> {
    return this.#put(`/api/faults/${name}`, { on });
  }

  /** Gives the feature of a flag to a share of the users, 0 to 100. */
  allocate(flag: string, percentage: number): Promise<void> {
    return this.#put(`/api/flags/${flag}`, { percentage });
  }

  /** Sets the requests a second. */
  load(rps: number): Promise<void> {
    return this.#put('/api/load', { rps });
  }

  async #put(path: string, body: object): Promise<void> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${path} is refused: ${await response.text()}`);
    }
  }

  /** What has arrived in the inbox, newest first. */
  async notifications(): Promise<InboxNotification[]> {
    const response = await fetch(`${this.url}/api/notifications`);
    return ((await response.json()) as { notifications: InboxNotification[] }).notifications;
  }

  /** What arrives in the inbox from now on, whenever it is asked for. */
  async since(): Promise<() => Promise<InboxNotification[]>> {
    const last = (await this.notifications())[0]?.id ?? 0;
    return async () => (await this.notifications()).filter(({ id }) => id > last);
  }

  /** Waits until a notification has arrived that is wanted. */
  arrival(what: string, wanted: (one: InboxNotification) => boolean, timeoutMs = 90_000): Promise<InboxNotification> {
    return waitFor<InboxNotification>(
      async () => {
        const arrived = await this.notifications();
        const found = arrived.find(wanted);
        return found ? { answer: found } : { notYet: `the inbox holds ${JSON.stringify(arrived)}` };
      },
      { what, timeoutMs, pauseMs: 500 }
    );
  }
}

/** The scopes of the alerts of some notifications, each once. */
export function scopesOf(notifications: readonly InboxNotification[]): string[] {
  return [...new Set(notifications.flatMap(({ alerts }) => alerts.map(({ scope }) => scope)))];
}
