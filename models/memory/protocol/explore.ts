/** All interleavings of a protocol, breadth first: the first wrong end that is found is reached by as few steps as any. */
import { Protocol } from './protocol.js';
import type { ProtocolBounds, ProtocolVariant } from './variant.js';

export interface Exploration {
  /** States that were reached. */
  readonly states: number;
  /** What is wrong and the steps that lead there; null where every interleaving ends well. */
  readonly counterexample: { readonly wrong: string; readonly steps: readonly string[] } | null;
}

/** Throws RangeError where the bounds lead to more states than `most`. */
export function explore(variant: ProtocolVariant, bounds: ProtocolBounds, most = 2_000_000): Exploration {
  const protocol = new Protocol(variant, bounds);
  const states: Uint8Array[] = [protocol.initial()];
  const parents: number[] = [-1];
  const steps: string[] = [''];
  const known = new Set<string>([keyOf(states[0]!)]);
  for (let i = 0; i < states.length; i++) {
    const wrong = protocol.wrongAtEnd(states[i]!);
    if (wrong !== null) return { states: states.length, counterexample: { wrong, steps: pathTo(i, parents, steps) } };
    if (states.length > most) throw new RangeError(`more than ${most} states`);
    protocol.successors(states[i]!, (next, step) => {
      const key = keyOf(next);
      if (known.has(key)) return;
      known.add(key);
      states.push(next);
      parents.push(i);
      steps.push(step);
    });
  }
  return { states: states.length, counterexample: null };
}

const keyOf = (state: Uint8Array): string => String.fromCharCode(...state);

function pathTo(last: number, parents: readonly number[], steps: readonly string[]): string[] {
  const path: string[] = [];
  for (let i = last; parents[i]! >= 0; i = parents[i]!) path.unshift(steps[i]!);
  return path.filter((step) => step !== '');
}
