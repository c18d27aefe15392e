/** Documented numbers with some of the values replaced, for sweeps over their ranges. It knows no drive. */
import type { Parameter } from '../testbed.js';

type Value = number | boolean | string;
export type Overrides = Readonly<Record<string, Value>>;

/** Keys that the numbers lack are the caller's defect: whoever has them from a user looks them up before. */
export function overridden<N extends { readonly [K in keyof N]: Parameter<Value> }>(numbers: N, overrides: Overrides): N {
  return Object.fromEntries(
    Object.entries<Parameter<Value>>({ ...numbers }).map(([key, number]) => {
      const value = overrides[key];
      return [key, value === undefined ? number : { ...number, value }];
    }),
  ) as unknown as N;
}
