import { expect } from 'chai';
import { cachedDuration, durableDuration, Submissions } from '../../../../experiments/validate/formats/submissions.js';
import { Next } from '../../../../models/io/image-format.js';
import { Kind, Mode, NONE, Plan, Purpose } from '../../../../models/io/plan.js';

/** Plans of a request's first steps; its last one is empty. */
type Script = readonly ((plan: Plan) => void)[];

const write = (plan: Plan): void => void plan.add(Kind.WRITE, Mode.ASYNC, Purpose.DATA, 0, 0, 512);
const zeroThenWrite = (plan: Plan): void => {
  const zero = plan.add(Kind.ZERO, Mode.ASYNC, Purpose.COPY, 0, 0, 4096);
  plan.add(Kind.WRITE, Mode.ASYNC, Purpose.DATA, 0, 0, 512, zero);
};
const durable = (plan: Plan): void => void plan.add(Kind.FLUSH, Mode.BLOCKING, Purpose.METADATA, 0, 0, 0, NONE);

/** Which request takes a step, in order. */
function orderOf(scripts: readonly Script[], durationOf = cachedDuration): number[] {
  const order: number[] = [];
  const taken = scripts.map(() => 0);
  const plan = new Plan();
  const together = new Submissions((r) => {
    order.push(r);
    const act = scripts[r]![taken[r]!++];
    act?.(plan.clear());
    return { next: act === undefined ? Next.DONE : Next.CONTINUE, plan, released: [] };
  }, durationOf);
  scripts.forEach((_, r) => together.submit(r, () => {}));
  together.finish();
  return order;
}

describe('requests submitted one after another', () => {
  it('go on before the next one where a step is one I/O, and one later where it is two', () => {
    expect(orderOf([[write], [write], [write]])).to.deep.equal([0, 0, 1, 1, 2, 2]);
    expect(orderOf([[zeroThenWrite], [write], [write]])).to.deep.equal([0, 1, 0, 1, 2, 2]);
  });

  it('wait behind one that makes metadata durable, and all where each write does', () => {
    expect(orderOf([[write, durable], [write], [write]])).to.deep.equal([0, 0, 1, 2, 0, 1, 2]);
    expect(orderOf([[write], [write]], durableDuration)).to.deep.equal([0, 1, 0, 1]);
  });
});
