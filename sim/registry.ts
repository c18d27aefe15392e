/** Things that can be chosen by name: image formats, schedulers, workloads, trace formats, figures. */
import { InputError } from './errors.js';
import { expectedOneOf } from './options.js';

export class Registry<T extends { readonly about: string }> {
  /** @param kind what one of them is called, e.g. `image format` */
  constructor(
    readonly kind: string,
    private readonly entries: Readonly<Record<string, T>>,
  ) {}

  get names(): readonly string[] {
    return Object.keys(this.entries);
  }

  /** Throws InputError, naming `where` and the nearest name, if there is none of this name. */
  get(name: string, where: string): T {
    if (!Object.hasOwn(this.entries, name))
      throw new InputError(where, `the unknown ${this.kind} "${name}"`, expectedOneOf(name, this.names));
    return this.entries[name]!;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.entries, name);
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, T]> {
    yield* Object.entries(this.entries);
  }
}
