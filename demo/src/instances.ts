/** The instances of the shop, as Prometheus knows them. */
export const instances: readonly string[] = ['shop-1', 'shop-2'];
