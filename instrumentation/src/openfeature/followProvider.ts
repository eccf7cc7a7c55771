import type { HookHost } from './addHooksOnce.js';

/** What `OpenFeature` and its clients also have, by which they say who provides the flags. */
interface Provided {
  providerMetadata?: { name?: unknown };
  /** Of a client. */
  metadata?: { providerMetadata?: { name?: unknown } };
  addHandler?: (event: string, handler: (details?: { providerName?: unknown }) => void) => unknown;
}

/** The provider that stands in until one is set: nothing is to start at zero under its name. */
const NO_PROVIDER = 'No-op Provider';

/**
 * Says who provides the flags of a host: at once, if a provider is set, and again when another has become ready. Throws
 * nothing that the host does not.
 */
export function followProvider(host: HookHost, provided: (name: string) => void): void {
  const { addHandler } = host as HookHost & Provided;
  const tell = (name: unknown) => {
    if (typeof name === 'string' && name !== '' && name !== NO_PROVIDER) {
      provided(name);
    }
  };
  tell(nameOf(host));
  if (typeof addHandler === 'function') {
    // As the SDK's ProviderEvents.Ready has it; the SDK itself is not loaded for a word.
    addHandler.call(host, 'PROVIDER_READY', (details) => {
      // One of a domain may be the only provider that there is.
      const name = nameOf(host);
      tell(name === NO_PROVIDER ? details?.providerName : name);
    });
  }
}

function nameOf(host: HookHost): unknown {
  const { providerMetadata, metadata } = host as HookHost & Provided;
  return (providerMetadata ?? metadata?.providerMetadata)?.name;
}
