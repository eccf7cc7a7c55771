import { TypedInMemoryProvider, type Provider } from '@openfeature/server-sdk';

/** The flag that the examples evaluate: registered, so that its series start at zero. */
export const flags = [{ key: 'new-prices', variants: ['off', 'on'] }];

/** Stands for the provider of a service: half of the users get the new prices, by the last digit of their id. */
export function exampleProvider(): Provider {
  return new TypedInMemoryProvider({
    'new-prices': {
      variants: { off: false, on: true },
      defaultVariant: 'off',
      disabled: false,
      contextEvaluator: ({ targetingKey }) => (Number(targetingKey?.slice(-1)) % 2 === 0 ? 'on' : 'off'),
    },
  });
}
