import { expect } from 'chai';
import fc from 'fast-check';
import { Replay, type ReplayMode } from '../../../models/guests/replay.js';
import { InputError } from '../../../sim/errors.js';
import { Kernel } from '../../../sim/kernel.js';
import { TraceOp, type TraceBatch, type TraceReader } from '../../../traces/batch.js';
import type { VirtualDisk } from '../../../models/io/virtual-disk.js';

/** A disk that serves one request at a time in 10 ns, and holds so many. */
class OneAtATime {
  readonly log: { op: number; offset: number; bytes: number; arrival: number; at: number }[] = [];
  inFlight = 0;
  private done: (r: number, latency: number) => void = () => {};
  private free = 0;
  private next = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly slots: number,
  ) {}

  get hasRoom() {
    return this.inFlight < this.slots;
  }

  whenDone(done: (r: number, latency: number) => void) {
    this.done = done;
  }

  submit(op: number, offset: number, bytes: number, arrival: number) {
    const r = this.next++ % 16;
    this.inFlight += 1;
    this.log.push({ op, offset, bytes, arrival, at: this.kernel.now });
    this.free = Math.max(this.free, this.kernel.now) + 10;
    this.kernel
      .timer(() => {
        this.inFlight -= 1;
        this.done(r, this.kernel.now - arrival);
      })
      .startAt(this.free);
    return r;
  }
}

type Record = readonly [time: number, op: TraceOp, offset: number, bytes: number, response?: number];

class ListReader implements TraceReader {
  private next = 0;
  constructor(private readonly records: readonly Record[]) {}
  read(batch: TraceBatch) {
    batch.size = 0;
    // Two at a time, so that the replay has to come back for more.
    for (let i = 0; i < 2 && this.next < this.records.length; i++) batch.push(...this.records[this.next++]!);
    return batch.size;
  }
  close() {}
}

function run(records: readonly Record[], mode: ReplayMode, slots = 4) {
  const kernel = new Kernel();
  const disk = new OneAtATime(kernel, slots);
  const replay = new Replay(kernel, disk as unknown as VirtualDisk, new ListReader(records), mode, 16, records.at(-1)![0]);
  kernel.run();
  return { replay, log: disk.log };
}

const write = (time: number): Record => [time, TraceOp.WRITE, 0, 512];
const open: ReplayMode = { kind: 'open', scale: 1 };

describe('replay of a trace', () => {
  it('submits at the recorded times, or at scaled ones', () => {
    expect(run([write(0), write(100), write(150)], open).log.map(({ at }) => at)).to.deep.equal([0, 100, 150]);
    expect(run([write(0), write(100), write(150)], { kind: 'open', scale: 0.5 }).log.map(({ at }) => at)).to.deep.equal([0, 50, 75]);
  });

  it('counts latency from the intended arrival, also of what waited for room', () => {
    const { replay, log } = run([write(0), write(1), write(2), write(3)], open, 1);
    expect(log.map(({ at }) => at)).to.deep.equal([0, 10, 20, 30]);
    expect(log.map(({ arrival }) => arrival)).to.deep.equal([0, 1, 2, 3]);
    expect(replay.writeLatency.mean).to.equal((10 + 19 + 28 + 37) / 4);
  });

  it('knows how many were not done when the last one arrived', () => {
    const { replay } = run([write(0), write(1), write(25)], open, 1);
    expect([replay.completed, replay.completedByLastArrival]).to.deep.equal([3, 2]);
  });

  it('keeps so many in flight in a closed loop, whatever the recorded times', () => {
    const { log } = run([write(0), write(5000), write(9000), write(9001)], { kind: 'closed', depth: 2 });
    expect(log.map(({ at }) => at)).to.deep.equal([0, 0, 10, 20]);
  });

  describe('with think times', () => {
    const think: ReplayMode = { kind: 'think', response: null };
    const answered = (time: number, response: number): Record => [time, TraceOp.WRITE, 0, 512, response];

    it('waits for the answer that the recording waited for, and thinks as long as it did', () => {
      // Recorded: answers took 5, then 50 ns of thought; here they take 10.
      const { log } = run([answered(0, 5), answered(55, 5), answered(110, 5)], think);
      expect(log.map(({ at }) => at)).to.deep.equal([0, 60, 120]);
    });

    it('overlaps what overlapped, and goes on after the answer that came last before a request', () => {
      // The second came before the first was answered; the third 20 ns after the second's answer, the first's being 10 ns older.
      const { log } = run([answered(0, 30), answered(2, 38), answered(60, 1)], think);
      expect(log.map(({ at }) => at)).to.deep.equal([0, 2, 40]);
    });

    it('goes by the order of the answers, not of the requests: what overlapped may have been answered the other way round', () => {
      // Recorded: the first is answered at 100, the second at 15. The third waited for the second's answer, the fourth for the first's.
      const { log } = run([answered(0, 100), answered(5, 10), answered(20, 500), answered(200, 1)], think);
      // Answers come at 10 and 20 here; then 5 and 100 ns of thought.
      expect(log.map(({ at }) => at)).to.deep.equal([0, 5, 25, 110]);
    });

    it('a slower disk delays what depends on it, and nothing else', () => {
      const records = Array.from({ length: 50 }, (_, i) => answered(i * 10, 3));
      const { log, replay } = run(records, think);
      expect(log.map(({ at }) => at)).to.deep.equal(records.map((_, i) => i * (10 + 7)));
      expect(replay.writeLatency.mean).to.equal(10);
    });

    it('takes a response time that is told where the trace has none, and refuses to guess', () => {
      expect(run([write(0), write(55)], { kind: 'think', response: 5 }).log.map(({ at }) => at)).to.deep.equal([0, 60]);
      expect(() => run([write(0), write(55)], think)).to.throw(
        InputError,
        /without a recorded response time, expected a response time to assume/,
      );
    });

    it('issues every request once, in order, whatever the recording', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 100 }), (parts) => {
          let time = 0;
          const records = parts.map(([gap, response], i): Record => [(time += i === 0 ? 0 : gap), TraceOp.WRITE, i * 512, 512, response]);
          const { log, replay } = run(records, think);
          expect(replay.completed).to.equal(records.length);
          expect(log.map(({ offset }) => offset)).to.deep.equal(records.map(([, , offset]) => offset));
        }),
        { numRuns: 200 },
      );
    });
  });

  it('moves whole sectors, counts by kind, and passes on discards of whole sectors within what is discarded', () => {
    const { replay, log } = run(
      [
        [0, TraceOp.READ, 1000, 100],
        [1, TraceOp.DISCARD, 100, 4096],
        [1, TraceOp.DISCARD, 100, 900],
        [2, TraceOp.FLUSH, 0, 0],
        [3, TraceOp.WRITE, 512, 1024],
      ],
      open,
    );
    expect(log.map(({ offset, bytes }) => [offset, bytes])).to.deep.equal([
      [512, 1024],
      [512, 3584],
      [0, 0],
      [512, 1024],
    ]);
    expect([replay.reads.count, replay.writes.count, replay.flushLatency.count, replay.discards]).to.deep.equal([1, 1, 1, 2]);
    expect(replay.completed).to.equal(3);
    expect([replay.reads.total, replay.writes.total]).to.deep.equal([1024, 1024]);
  });
});
