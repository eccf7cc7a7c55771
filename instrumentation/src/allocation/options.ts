/** The share of the users, 0 to 1, that each variant of a flag is allocated to. */
export type Shares = Readonly<Record<string, number>>;

/** Shares as they are when asked; undefined if they are not known. */
export type ShareSource = Shares | (() => Shares | undefined | Promise<Shares | undefined>);

/** Answers the shares of a flag, by its raw key; undefined if they are not known. Asked at each scrape. */
export type AllocationOf = (flagKey: string) => Shares | undefined | Promise<Shares | undefined>;

/** Options of the allocation gauge. */
export interface AllocationOptions {
  /** Asked for each registered flag at each scrape; without it, they come by `allocation.set`. */
  allocation?: AllocationOf;
}
