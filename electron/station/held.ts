/** What a run holds until it ends: released in reverse order, once. (DisposableStack is not in Node 20.) */
export class Held implements Disposable {
  readonly #things: Disposable[] = [];

  use<T extends Disposable>(thing: T): T {
    this.#things.push(thing);
    return thing;
  }

  [Symbol.dispose](): void {
    for (const thing of this.#things.splice(0).reverse()) thing[Symbol.dispose]();
  }
}
