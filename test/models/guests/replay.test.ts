import { expect } from 'chai';
import { Replay, type ReplayMode } from '../../../models/guests/replay.js';
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

type Record = readonly [time: number, op: TraceOp, offset: number, bytes: number];

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
