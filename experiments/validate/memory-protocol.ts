/** Which variants of ConSnap's savers are right: all interleavings of each, and the shortest counterexample of those that are not. */
import { explore, type Exploration } from '../../models/memory/protocol/explore.js';
import type { ProtocolBounds, ProtocolVariant } from '../../models/memory/protocol/variant.js';

export interface ProtocolResult extends ProtocolVariant {
  /** `paper`: what section III.E says; the bit's time is not stated, both are. */
  readonly isPaper: boolean;
  readonly states: number;
  readonly isRight: boolean;
  /** Whether the verdict is the one that follows from the rules below. */
  readonly isExpected: boolean;
  readonly wrong: string | null;
  readonly steps: readonly string[];
}

/** What is explored, the small first: a counterexample of one page is the easiest to read. Each writer writes once. */
const protocolBounds: readonly ProtocolBounds[] = [
  { pages: 1, writes: 1 },
  { pages: 2, writes: 1 },
];

const clearTimes = ['before-copy', 'after-copy'] as const;
const machines = [
  { processors: 1, handlers: 'in-turn' },
  { processors: 2, handlers: 'in-turn' },
  { processors: 1, handlers: 'concurrent' },
  { processors: 2, handlers: 'concurrent' },
] as const;
const conflicts = ['last-handler', 'first-handler', 'thread', 'first-copy'] as const;

/** Every machine, with and without the lock, each time of clearing, each rule of conflict. */
export function protocolVariants(): ProtocolVariant[] {
  return machines.flatMap((machine) =>
    [false, true].flatMap((isLocked) =>
      clearTimes.flatMap((handlerClears) =>
        clearTimes.flatMap((threadClears) =>
          conflicts.map((conflict) => ({ ...machine, isLocked, handlerClears, threadClears, conflict })),
        ),
      ),
    ),
  );
}

function exploreAll(variant: ProtocolVariant): Exploration {
  let states = 0;
  for (const bounds of protocolBounds) {
    const found = explore(variant, bounds);
    states += found.states;
    if (found.counterexample !== null) return { states, counterexample: found.counterexample };
  }
  return { states, counterexample: null };
}

/**
 * Why a variant is right. With the lock nobody writes a page while it is copied. Without it, a bit that is cleared before the copy tells
 * others that the page is saved while it is not: then they let it be written. Only handlers in turn may do so, for nobody else writes
 * meanwhile; the thread never. Cleared after the copy, the first whole copy of a page is good, and later ones may not be: the first copy is
 * right on any machine, a handler's where handlers come in turn (then a handler's copy is good even if it is not the first), the
 * thread's nowhere.
 */
function isRightByReason({ isLocked, handlers, handlerClears, threadClears, conflict }: ProtocolVariant): boolean {
  if (isLocked) return true;
  if (threadClears === 'before-copy' || conflict === 'thread') return false;
  if (handlers === 'in-turn') return true;
  return handlerClears === 'after-copy' && conflict === 'first-copy';
}

/** Explores every variant within the bounds. */
export function validateProtocol(): { variants: ProtocolResult[] } {
  const variants = protocolVariants().map((variant): ProtocolResult => {
    const { states, counterexample } = exploreAll(variant);
    return {
      ...variant,
      isPaper: !variant.isLocked && variant.conflict === 'last-handler',
      states,
      isRight: counterexample === null,
      isExpected: (counterexample === null) === isRightByReason(variant),
      wrong: counterexample?.wrong ?? null,
      steps: counterexample?.steps ?? [],
    };
  });
  return { variants };
}
