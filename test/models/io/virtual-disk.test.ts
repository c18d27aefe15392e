import { expect } from 'chai';
import fc from 'fast-check';
import { Part, type Host, type HostIo } from '../../../models/io/host-io.js';
import { Next, Op, type CacheMode, type ImageFormat } from '../../../models/io/image-format.js';
import { byCause } from '../../../models/io/latency.js';
import { Kind, Mode, Purpose, type Plan } from '../../../models/io/plan.js';
import { RequestQueue } from '../../../models/io/request-queue.js';
import { VirtualDisk } from '../../../models/io/virtual-disk.js';
import { Kernel } from '../../../sim/kernel.js';
import { Timeline } from '../../../sim/timeline.js';

interface ScriptedIo {
  readonly mode: Mode;
  readonly after?: number;
  readonly bytes: number;
  readonly purpose?: Purpose;
}
type Script = readonly (readonly ScriptedIo[])[];

/** A format whose requests do what a script says; request n of the run uses script n. */
class ScriptedFormat implements ImageFormat {
  readonly formatName = 'scripted';
  readonly diskBytes = 0;
  readonly files = [];
  cache: CacheMode = 'none';
  readonly released = new RequestQueue();
  private started = 0;
  private readonly script = new Map<number, { steps: Script; step: number }>();

  constructor(private readonly scripts: readonly Script[]) {}

  begin(r: number): void {
    this.script.set(r, { steps: this.scripts[this.started++]!, step: 0 });
  }

  step(r: number, plan: Plan): Next {
    const state = this.script.get(r)!;
    for (const { mode, after, bytes, purpose } of state.steps[state.step++] ?? []) {
      plan.add(Kind.WRITE, mode, purpose ?? Purpose.DATA, 0, 0, bytes, after ?? -1);
    }
    return state.step >= state.steps.length ? Next.DONE : Next.CONTINUE;
  }

  readBlocking = () => {};
  extents = () => [];
  allocatedBytes = () => 0;
  counters = () => ({});
}

/** Serves one I/O at a time, in order: as many nanoseconds as it has bytes, the first a seek, the rest transfer. */
class OneServer implements Host {
  readonly log: string[] = [];
  private free = 0;

  constructor(private readonly kernel: Kernel) {}

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    const start = Math.max(this.free, this.kernel.now);
    this.free = start + io.bytes;
    this.kernel
      .timer(() => {
        io.spent.fill(0);
        io.spent[Part.QUEUE] = start - io.submitted;
        io.spent[Part.SEEK] = Math.min(1, io.bytes);
        io.spent[Part.TRANSFER] = io.bytes - Math.min(1, io.bytes);
        this.log.push(`${io.bytes}@${this.kernel.now}`);
        io.owner.ioDone(io);
      })
      .startAt(this.free);
  }
}

/** Runs scripts, all submitted at time 0 in order; answers completions and what the server saw. */
function run(scripts: readonly Script[], requestOverhead = 0, timeline: Timeline | null = null) {
  const kernel = new Kernel();
  const server = new OneServer(kernel);
  const disk = new VirtualDisk(kernel, new ScriptedFormat(scripts), server, { slots: Math.max(1, scripts.length), requestOverhead });
  if (timeline !== null) disk.record(timeline);
  const latencies: number[] = [];
  const order: number[] = [];
  disk.whenDone((r, latency) => {
    order.push(r);
    latencies.push(latency);
    expect(latency).to.equal(kernel.now);
  });
  const slots = scripts.map(() => disk.submit(Op.WRITE, 0, 512, 0));
  kernel.run();
  return { kernel, disk, latencies, log: server.log, order: order.map((r) => slots.indexOf(r)) };
}

const blocking = (bytes: number): ScriptedIo => ({ mode: Mode.BLOCKING, bytes, purpose: Purpose.METADATA });
const async = (bytes: number, after?: number): ScriptedIo => ({ mode: Mode.ASYNC, bytes, ...(after === undefined ? {} : { after }) });
const sum = (parts: Readonly<Record<string, number>>): number => Object.values(parts).reduce((a, b) => a + b, 0);

describe('virtual disk', () => {
  it('does blocking I/O one after the other, then asynchronous I/O at once', () => {
    const { log, latencies } = run([[[blocking(10), blocking(20), async(30), async(40)]]]);
    expect(log).to.deep.equal(['10@10', '20@30', '30@60', '40@100']);
    expect(latencies).to.deep.equal([100]);
  });

  it('lets everybody wait for the lock while one does blocking I/O', () => {
    const { log, disk, kernel } = run([[[blocking(100), async(5)]], [[async(7)]]]);
    expect(log).to.deep.equal(['100@100', '5@105', '7@112']);
    expect(disk.lock.heldTime(kernel.now)).to.equal(100);
    // Request 1: 100 ns for the lock, then 5 ns queued and 7 ns served.
    expect(byCause(disk.latency.meanRow()).byPurpose['lock wait']).to.equal(50);
  });

  it('makes a completion wait for the lock, too: its callback runs in the main loop', () => {
    const { latencies, order } = run([[[async(5)]], [[blocking(3)], [blocking(50)]]]);
    expect(order).to.deep.equal([1, 0]);
    expect(latencies).to.deep.equal([58, 58]);
  });

  it('issues an entry after the one that it waits for', () => {
    const { log } = run([[[async(50), async(10, 0), async(1)]]]);
    expect(log).to.deep.equal(['50@50', '10@60', '1@61']);
  });

  it('serves the lock first come, first served', () => {
    expect(run([[[blocking(10)], [blocking(1)]], [[blocking(10)]], [[blocking(10)]]]).order).to.deep.equal([0, 1, 2]);
  });

  it('counts the time of the virtual device, and completes what needs no I/O in an event of its own', () => {
    const { latencies, disk } = run([[[]]], 500);
    expect(latencies).to.deep.equal([500]);
    expect(byCause(disk.latency.meanRow()).byPart['virtual device']).to.equal(500);
  });

  it('records requests, the lock and host I/O on a timeline', () => {
    const timeline = new Timeline();
    run([[[blocking(10), async(20)]]], 5, timeline);
    const slices = Array.from({ length: timeline.size }, (_, i) =>
      [
        timeline.lanes[timeline.lane[i]!],
        timeline.names[timeline.name[i]!],
        timeline.start[i],
        timeline.start[i]! + timeline.duration[i]!,
      ].join(' '),
    );
    expect(slices.sort()).to.deep.equal([
      'disk: I/O in service data write 15 35',
      'disk: I/O in service metadata write 5 15',
      'guest requests write 0 35',
      'hypervisor lock held for blocking I/O 5 15',
      'vCPU submits a request 0 15',
    ]);
  });

  it('accounts for every nanosecond of every request, by purpose and by part', () => {
    const io = fc.record({
      mode: fc.constantFrom(Mode.BLOCKING, Mode.ASYNC),
      bytes: fc.integer({ min: 0, max: 50 }),
      purpose: fc.constantFrom(Purpose.DATA, Purpose.METADATA, Purpose.COPY),
      waits: fc.boolean(),
    });
    const step = fc.array(io, { maxLength: 5 }).map((ios) => ios.map(({ waits, ...rest }, i) => ({ ...rest, after: waits ? i - 1 : -1 })));
    const script = fc.array(step, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(script, { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 20 }), (scripts, overhead) => {
        const { disk, latencies, log } = run(scripts, overhead);
        expect(latencies.length).to.equal(scripts.length);
        expect(log.length).to.equal(scripts.flat(2).length);
        const mean = latencies.reduce((a, b) => a + b) / latencies.length;
        const { byPurpose, byPart } = byCause(disk.latency.meanRow());
        expect(sum(byPurpose)).to.be.closeTo(mean, 1e-6);
        expect(sum(byPart)).to.be.closeTo(mean, 1e-6);
        expect(Math.min(...Object.values(byPurpose), ...Object.values(byPart))).to.be.at.least(0);
        expect(disk.inFlight).to.equal(0);
      }),
      { numRuns: 500 },
    );
  });
});
