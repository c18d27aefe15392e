import { expect } from 'chai';
import fc from 'fast-check';
import { fvdOfPaper } from '../../../../models/formats/fvd/fvd-paper.js';
import { formats } from '../../../../models/formats/index.js';
import { Next, Op, type ImageFormat } from '../../../../models/io/image-format.js';
import { Kind, Plan, Purpose } from '../../../../models/io/plan.js';
import { carryOut, carryOutBackground } from '../../../../models/io/untimed.js';
import { defaults, readOptions } from '../../../../sim/options.js';
import { KiB, MiB } from '../../../../sim/units.js';
import { planText, stepsOf } from '../plans.js';

const slots = 6;
/** A sector of the bitmap has the bits of 2 MiB. */
const block = 512;

function image(changed: Readonly<Record<string, unknown>>): ImageFormat {
  const raw = formats.get('raw', 'test');
  const context = { diskBytes: 8 * MiB, cache: 'none' as const, slots };
  const backing = raw.make({ ...context, backing: null }, defaults(raw.options));
  const made = fvdOfPaper.make({ ...context, backing }, readOptions(fvdOfPaper.options, { block, ...changed }, 'test'));
  carryOut(made, Op.OPEN);
  return made;
}

/** Has requests and background work in flight together, and no two writes of a bitmap sector. */
class Flight {
  bitmapWrites = 0;
  private readonly plan = new Plan();
  private readonly pending = new Map<number, { next: Next; sectors: string[] }>();
  private now = 0;

  constructor(private readonly format: ImageFormat) {}

  submit(op: Op, offset: number, bytes: number, choose: (below: number) => number): void {
    while (this.guests.length === slots) this.advance(choose);
    let r = 0;
    while (this.pending.has(r)) r += 1;
    this.format.begin(r, op, offset, bytes);
    this.step(r);
  }

  settle(choose: (below: number) => number): void {
    while (this.pending.size > 0) this.advance(choose);
  }

  private get guests(): number[] {
    return [...this.pending.keys()].filter((r) => r < slots);
  }

  private advance(choose: (below: number) => number): void {
    this.now += 1_000_000;
    const ready = [...this.pending].filter(([, { next }]) => next !== Next.WAIT);
    expect(ready.length, 'requests that do not wait').to.be.greaterThan(0);
    const [r, { next }] = ready[choose(ready.length)]!;
    this.pending.delete(r);
    if (next === Next.CONTINUE) this.step(r);
    this.rouse();
  }

  private rouse(): void {
    (this.format.background ?? []).forEach((task, k) => {
      if (!this.pending.has(slots + k) && task.due(this.now) <= this.now) this.step(slots + k);
    });
  }

  private step(r: number): void {
    const plan = this.plan.clear();
    const task = this.format.background?.[r - slots];
    const next = task === undefined ? this.format.step(r, plan) : task.step(plan, this.now);
    const sectors: string[] = [];
    for (let i = 0; i < plan.size; i++) {
      if (plan.kind[i] !== Kind.WRITE || plan.purpose[i] !== Purpose.METADATA) continue;
      this.bitmapWrites += 1;
      for (let at = 0; at < plan.bytes[i]!; at += 512) sectors.push(`${plan.file[i]} ${plan.offset[i]! + at}`);
    }
    const others = [...this.pending.values()].flatMap((other) => other.sectors);
    expect(
      sectors.filter((one) => others.includes(one)),
      'sectors written twice at a time',
    ).to.deep.equal([]);
    this.pending.set(r, { next, sectors });
    const { released } = this.format;
    while (released.size > 0) this.step(released.shift());
  }
}

/** Begins a write and takes its first steps: the data is written, the bit is not. */
function writeData(format: ImageFormat, r: number, offset: number): void {
  format.begin(r, Op.WRITE, offset, block);
  expect(format.step(r, new Plan())).to.equal(Next.CONTINUE);
}

const stepped = (format: ImageFormat, r: number): [Next, string[]] => {
  const plan = new Plan();
  const next = format.step(r, plan);
  return [next, planText(plan)];
};

describe('bits of fvd-paper on disk', () => {
  it('are written by one request at a time where they share a sector; those that wait go together', () => {
    const format = image({});
    for (const r of [0, 1, 2]) writeData(format, r, r * block);
    writeData(format, 3, 4 * MiB);
    expect(stepped(format, 0)).to.deep.equal([Next.CONTINUE, ['W 0 4096+512']]);
    expect(stepped(format, 1)).to.deep.equal([Next.WAIT, []]);
    expect(stepped(format, 2)).to.deep.equal([Next.WAIT, []]);
    expect(stepped(format, 3)).to.deep.equal([Next.CONTINUE, ['W 0 5120+512']]);
    expect(stepped(format, 0)).to.deep.equal([Next.DONE, []]);
    expect([format.released.shift(), format.released.shift()]).to.deep.equal([1, 2]);
    expect(stepped(format, 1)).to.deep.equal([Next.CONTINUE, ['W 0 4096+512']]);
    expect(stepped(format, 2), 'it waits for the write that holds its bit').to.deep.equal([Next.WAIT, []]);
    expect(stepped(format, 1)).to.deep.equal([Next.DONE, []]);
    expect(stepped(format, 2), 'its bit is on disk').to.deep.equal([Next.DONE, []]);
  });

  it('go one by one where they are not to go together', () => {
    const format = image({ coalesceBitmap: false });
    for (const r of [0, 1, 2]) writeData(format, r, r * block);
    for (const r of [0, 1, 2]) stepped(format, r);
    stepped(format, 0);
    stepped(format, 1);
    stepped(format, 1);
    expect(stepped(format, 2)).to.deep.equal([Next.CONTINUE, ['W 0 4096+512']]);
  });

  it('are never written twice at a time, whatever copies, flushes and writes do at once', () => {
    let writes = 0;
    const act = fc.record({ isRead: fc.boolean(), at: fc.nat(16383), length: fc.integer({ min: 1, max: 5000 }) });
    const options = fc.record({
      freeCopyOnRead: fc.boolean(),
      coalesceBitmap: fc.boolean(),
      twoBitStates: fc.boolean(),
      blockGroup: fc.constantFrom(0, 100),
    });
    fc.assert(
      fc.property(
        options,
        fc.array(act, { minLength: 10, maxLength: 60 }),
        fc.array(fc.nat(1000), { minLength: 5, maxLength: 20 }),
        (changed, acts, choices) => {
          const format = image({ ...changed, copyOnRead: true, flushInterval: '3ms' });
          const flight = new Flight(format);
          let turn = 0;
          const choose = (below: number): number => choices[turn++ % choices.length]! % below;
          for (const { isRead, at, length } of acts) {
            const bytes = Math.min(length, 16384 - at) * block;
            flight.submit(isRead ? Op.READ : Op.WRITE, at * block, bytes, choose);
          }
          flight.settle(choose);
          writes += flight.bitmapWrites;
        },
      ),
      { numRuns: 200, includeErrorInReport: true },
    );
    expect(writes).to.be.greaterThan(1000);
  });
});

describe('lazy flush of the bitmap', () => {
  const background = (format: ImageFormat): string[] => {
    const io: string[] = [];
    carryOutBackground(format, (plan) => io.push(...planText(plan)));
    return io;
  };

  it('makes copies known on disk after a while, data first, so that a later write does without the bitmap', () => {
    const format = image({ copyOnRead: true, flushInterval: '1h' });
    carryOut(format, Op.READ, MiB, 4 * KiB);
    expect(background(format)).to.deep.equal([`W 1 ${MiB}+4096`, 'F 1 0+0', 'W 0 4096+512']);
    expect(stepsOf(format, Op.WRITE, MiB, block)).to.deep.equal([[`W 1 ${MiB}+512`]]);
    expect(stepsOf(format, Op.WRITE, 2 * MiB, block).length).to.equal(3);
    expect(stepsOf(format, Op.CLOSE)).to.deep.equal([[]]);
  });

  it('leaves a copy that came while it was written for the next time', () => {
    const format = image({ copyOnRead: true, flushInterval: '1h' });
    carryOut(format, Op.READ, 0, block);
    const [save, flush] = [format.background![0]!, format.background![format.background!.length - 1]!];
    const plan = new Plan();
    for (let next = Next.CONTINUE; next !== Next.DONE;) next = save.step(plan.clear(), 0);
    flush.due(0);
    const hour = 3600e9;
    expect(flush.step(plan.clear(), hour)).to.equal(Next.CONTINUE);
    expect(flush.step(plan.clear(), hour)).to.equal(Next.CONTINUE);
    carryOut(format, Op.READ, block, block);
    for (let next = Next.CONTINUE; next !== Next.DONE;) next = save.step(plan.clear(), hour);
    expect(flush.step(plan.clear(), hour)).to.equal(Next.DONE);
    expect(stepsOf(format, Op.WRITE, 0, block).length, 'it is on disk').to.equal(1);
    expect(stepsOf(format, Op.WRITE, block, block).length, 'it is not').to.equal(3);
    expect(flush.due(hour)).to.equal(2 * hour);
  });

  it('writes the bits of blocks without backing where they are tracked', () => {
    const raw = formats.get('raw', 'test');
    const context = { cache: 'none' as const, slots };
    const backing = raw.make({ ...context, diskBytes: MiB, backing: null }, defaults(raw.options));
    const options = readOptions(fvdOfPaper.options, { block, trackSparseness: true, flushInterval: '1h' }, 'test');
    const format = fvdOfPaper.make({ ...context, diskBytes: 8 * MiB, backing }, options);
    carryOut(format, Op.OPEN);
    carryOut(format, Op.WRITE, 4 * MiB, block);
    expect(background(format)).to.deep.equal(['F 1 0+0', 'W 0 5120+512']);
    expect(stepsOf(format, Op.CLOSE), 'the header alone').to.deep.equal([['W 0 0+512!']]);
  });
});
