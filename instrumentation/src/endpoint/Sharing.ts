/** Lets those who want the same thing at the same time share one piece of work. Nothing is kept once it is done. */
export class Sharing<Key, Value> {
  private readonly underWay = new Map<Key, Promise<Value>>();

  /** The work under way for this key, begun now if there is none. */
  of(key: Key, begin: () => Promise<Value>): Promise<Value> {
    const known = this.underWay.get(key);
    if (known !== undefined) {
      return known;
    }
    const done = () => {
      if (this.underWay.get(key) === work) {
        this.underWay.delete(key);
      }
    };
    const work = begin().finally(done);
    this.underWay.set(key, work);
    return work;
  }

  /** Has the next one begin anew, though this work may still be under way. */
  forget(key: Key): void {
    this.underWay.delete(key);
  }
}
