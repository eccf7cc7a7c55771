/** Label values by label name. A label that is absent or undefined is left out of the series. */
export type Labels = Readonly<Record<string, string | number | undefined>>;
