import { expect } from 'chai';
import { protocolVariants, validateProtocol } from '../../../experiments/validate/memory-protocol.js';
import { explore } from '../../../models/memory/protocol/explore.js';
import type { ProtocolVariant } from '../../../models/memory/protocol/variant.js';

const paper: ProtocolVariant = {
  processors: 1,
  handlers: 'in-turn',
  handlerClears: 'after-copy',
  threadClears: 'after-copy',
  conflict: 'last-handler',
  isLocked: false,
};

describe("ConSnap's savers in all interleavings", () => {
  it('are right or wrong as reasoned, in every variant', () => {
    const { variants } = validateProtocol();
    expect(variants).to.have.length(protocolVariants().length);
    expect(variants.filter(({ isExpected }) => !isExpected)).to.deep.equal([]);
  });

  it('need no lock, as the paper says, where handlers come in turn and the thread clears a bit after its copy', () => {
    const { counterexample, states } = explore(paper, { pages: 2, writes: 2 });
    expect(counterexample).to.equal(null);
    expect(states).to.be.greaterThan(1000);
  });

  it('are wrong where the thread clears a bit before its copy, by the shortest way there', () => {
    const { counterexample } = explore({ ...paper, threadClears: 'before-copy' }, { pages: 1, writes: 1 });
    const { wrong, steps } = counterexample!;
    expect(wrong).to.equal('page 0 was saved as it was not at the instant');
    const cleared = steps.indexOf('thread finds page 0 not saved and clears its bit');
    const copied = steps.indexOf('thread copies the second half of page 0');
    expect(cleared).to.be.at.least(0);
    expect(steps.slice(cleared, copied)).to.satisfy((between: string[]) => between.some((step) => / writes page 0$/.test(step)));
    // Counted by hand: 3 of the thread, 1 to copy each half, 2 of a processor that faults, 3 until it has written, 3 of the device.
    expect(steps).to.have.length(12);
  });

  it('need a lock, or the rule that the first copy counts, where handlers run beside each other', () => {
    const beside: ProtocolVariant = { ...paper, processors: 2, handlers: 'concurrent' };
    const bounds = { pages: 1, writes: 1 };
    expect(explore(beside, bounds).counterexample).to.not.equal(null);
    expect(explore({ ...beside, isLocked: true }, bounds).counterexample).to.equal(null);
    expect(explore({ ...beside, conflict: 'first-copy' }, bounds).counterexample).to.equal(null);
  });

  it('stops where the bounds are too wide', () => {
    expect(() => explore(paper, { pages: 3, writes: 2 }, 1000)).to.throw(RangeError, 'more than 1000 states');
  });
});
