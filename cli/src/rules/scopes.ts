/** What tells the two kinds of alerts apart; they share no rule, folder, route or message. */
export const scopes = {
  feature: { label: 'feature', title: 'Flaglens: feature', slug: 'feature' },
  existingApplication: {
    label: 'existing-application',
    title: 'Flaglens: existing application',
    slug: 'existing-application',
  },
} as const;

export type Scope = keyof typeof scopes;
