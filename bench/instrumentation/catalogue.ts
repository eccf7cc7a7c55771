import type { WorkKind } from '../../demo/src/shop/work';

/** One thing that the shop sells. */
interface Item {
  id: number;
  name: string;
  price: number;
  tags: string[];
}

const ITEMS: readonly Item[] = Array.from({ length: 200 }, (_, id) => ({
  id,
  name: `${['Lamp', 'Chair', 'Table', 'Shelf'][id % 4] ?? ''} no. ${id}`,
  price: 10 + ((id * 37) % 90),
  tags: [`room-${id % 7}`, `colour-${id % 5}`],
}));

/** How many items a page shows. */
const PAGE = 20;

/** What a route answers: the size of page that a shop's routes have, ranked anew for each request. */
export function catalogue(kind: WorkKind, feature: boolean): { kind: WorkKind; items: Item[]; total: number } {
  const found = kind === 'search' ? ITEMS.filter(({ name }) => name.startsWith('Lamp')) : ITEMS.slice(0, PAGE);
  const ranked = [...found].sort((a, b) => (feature ? b.price - a.price : a.id - b.id)).slice(0, PAGE);
  return { kind, items: ranked, total: ranked.reduce((sum, { price }) => sum + price, 0) };
}
