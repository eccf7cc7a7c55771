/** A flag of the shop: two variants, of which the first is the baseline. */
export interface DemoFlag {
  key: string;
  /** How the code asks for it. */
  type: 'boolean' | 'string';
  baseline: string;
  feature: string;
  /** What the feature does, for the control page. */
  description: string;
  /** Share of the users that get the feature when the demo begins, 0 to 100. */
  percentage: number;
}

export const checkoutV2: DemoFlag = {
  key: 'checkout-v2',
  type: 'boolean',
  baseline: 'off',
  feature: 'on',
  description: 'A new checkout. Its fault: slower in the tail.',
  percentage: 50,
};

export const searchRanking: DemoFlag = {
  key: 'search-ranking',
  type: 'string',
  baseline: 'control',
  feature: 'new-ranking',
  description: 'A new ranking of search results. Its fault: fails more.',
  percentage: 50,
};

export const recommendations: DemoFlag = {
  key: 'recommendations',
  type: 'boolean',
  baseline: 'off',
  feature: 'on',
  description: 'Recommendations beside a product. Harmless.',
  percentage: 50,
};

export const orderHistory: DemoFlag = {
  key: 'order-history',
  type: 'boolean',
  baseline: 'off',
  feature: 'on',
  description:
    'Orders of the past, rolled out lately to few users on a quiet route. Harmless, which takes long to tell.',
  percentage: 20,
};

export const flags: readonly DemoFlag[] = [checkoutV2, searchRanking, recommendations, orderHistory];

/** The faults that can be switched on, by name. The last two hit both variants of every flag alike. */
export const faults = {
  'checkout-v2-slow-tail': 'The feature of checkout-v2 is slower for one request in seven',
  'search-ranking-errors': 'The feature of search-ranking fails for one request in twenty-five',
  'application-slow': 'The existing application is slower, whatever the flags say',
  'application-errors': 'The existing application fails more, whatever the flags say',
} as const;

export type FaultName = keyof typeof faults;

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faults, name);
}
