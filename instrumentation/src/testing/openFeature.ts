import { OpenFeature, TypedInMemoryProvider, type Client, type Hook, type Provider } from '@openfeature/server-sdk';

/** The flags of {@link testProvider}. */
export const TEST_FLAGS = [
  { key: 'checkout-v2', variants: ['off', 'on'] },
  { key: 'search-ranking', variants: ['control', 'new-ranking'] },
];

/** An OpenFeature client on a real provider; `user` decides on checkout-v2: even ids are served `on`. */
export async function testClient(hooks: readonly Hook[], provider: Provider = testProvider()): Promise<Client> {
  const domain = `test-${String(Math.random())}`;
  await OpenFeature.setProviderAndWait(domain, provider);
  const client = OpenFeature.getClient(domain);
  client.addHooks(...hooks);
  return client;
}

/** In-memory flags: checkout-v2 is split by user, search-ranking is fixed. */
export function testProvider(): Provider {
  return new TypedInMemoryProvider({
    'checkout-v2': {
      variants: { on: true, off: false },
      defaultVariant: 'off',
      disabled: false,
      contextEvaluator: (context) => (Number(context.targetingKey) % 2 === 0 ? 'on' : 'off'),
    },
    'search-ranking': {
      variants: { control: 'control', 'new-ranking': 'new' },
      defaultVariant: 'new-ranking',
      disabled: false,
    },
  });
}
