import { expect } from 'chai';
import { GrowingPartitions } from '../../../models/hosts/growing-partitions.js';
import type { BackgroundTask } from '../../../models/io/background-task.js';
import { Part, type Device, type HostIo } from '../../../models/io/host-io.js';
import { Next, Op, type CacheMode, type ImageFormat } from '../../../models/io/image-format.js';
import { Kind, Mode, Purpose, type Plan } from '../../../models/io/plan.js';
import { RequestQueue } from '../../../models/io/request-queue.js';
import { VirtualDisk } from '../../../models/io/virtual-disk.js';
import { Kernel } from '../../../sim/kernel.js';
import { MiB, sectorBytes } from '../../../sim/units.js';

/** Each I/O takes as many nanoseconds as it has sectors, all at once; notes what came and when it was done. */
class WideDevice implements Device {
  readonly log: string[] = [];

  constructor(
    private readonly kernel: Kernel,
    readonly capacity: number,
  ) {}

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    const { sector, sectors } = io;
    this.kernel
      .timer(() => {
        this.log.push(`${sector}+${sectors}@${this.kernel.now}`);
        io.spent.fill(0);
        io.spent[Part.TRANSFER] = this.kernel.now - io.submitted;
        io.owner.ioDone(io);
      })
      .start(sectors);
  }

  busyTime = (): number => 0;
}

/** Every operation is one write at its offset; a control operation is one in the main loop. */
class PlainFormat implements ImageFormat {
  readonly formatName = 'plain';
  readonly diskBytes = 64 * MiB;
  readonly files = [];
  cache: CacheMode = 'none';
  readonly released = new RequestQueue();
  readonly begun: string[] = [];
  private readonly op: Op[] = [];
  private readonly offset: number[] = [];
  private readonly bytes: number[] = [];

  constructor(readonly background: readonly BackgroundTask[] = []) {}

  begin(r: number, op: Op, offset: number, bytes: number, name?: string): void {
    this.begun.push(name ?? `${op}`);
    this.op[r] = op;
    this.offset[r] = offset;
    this.bytes[r] = bytes;
  }

  step(r: number, plan: Plan): Next {
    const isControl = this.op[r] === Op.SNAPSHOT;
    const [mode, bytes] = isControl ? [Mode.BLOCKING, 1000 * sectorBytes] : [Mode.ASYNC, this.bytes[r]!];
    plan.add(Kind.WRITE, mode, Purpose.DATA, 0, isControl ? 0 : this.offset[r]!, bytes);
    return Next.DONE;
  }

  readBlocking = () => {};
  extents = () => [];
  allocatedBytes = () => 0;
  counters = () => ({});
}

function rig(background: readonly BackgroundTask[] = []) {
  const kernel = new Kernel();
  const device = new WideDevice(kernel, 1_000_000);
  const partition = { device, firstSector: 0, sectors: 1_000_000 };
  const host = new GrowingPartitions(kernel, [partition], device, partition, () => 0);
  const format = new PlainFormat(background);
  return { kernel, device, format, disk: new VirtualDisk(kernel, format, host, { slots: 4, requestOverhead: 0 }) };
}

describe('control operations on a virtual disk', () => {
  it('wait for the requests in flight, and keep others out until they are done', () => {
    const { kernel, disk, format } = rig();
    const log: string[] = [];
    disk.whenDone((_, latency) => log.push(`request after ${latency}`));
    disk.submit(Op.WRITE, 0, 500 * sectorBytes, 0);
    const operation = {
      op: Op.SNAPSHOT as const,
      snapshot: 's',
      askedAt: -1,
      begunAt: -1,
      done: (now: number) => log.push(`done at ${now}, room: ${disk.hasRoom}`),
    };
    kernel
      .timer(() => {
        disk.operate(operation);
        log.push(`room: ${disk.hasRoom}`);
        expect(() => disk.operate(operation)).to.throw('while another is under way');
      })
      .start(100);
    kernel.run();
    expect(log).to.deep.equal(['room: false', 'request after 500', 'done at 1500, room: true']);
    expect([operation.askedAt, operation.begunAt]).to.deep.equal([100, 500]);
    expect(format.begun).to.deep.equal(['1', 's']);
    expect(disk.latency.histogram.count, 'no request of the guest').to.equal(1);
  });

  it('wait for work in the background, which begins nothing new meanwhile', () => {
    const steps: string[] = [];
    let left = 3;
    let isWriting = false;
    const task: BackgroundTask = {
      due: (now) => (left > 0 ? now : Infinity),
      step: (plan, now) => {
        steps.push(`${isWriting ? 'end' : 'begin'} ${now}`);
        isWriting = !isWriting;
        if (!isWriting) left -= 1;
        else plan.add(Kind.WRITE, Mode.ASYNC, Purpose.COPY, 0, 0, 300 * sectorBytes);
        return isWriting ? Next.CONTINUE : Next.DONE;
      },
    };
    const { kernel, disk } = rig([task]);
    let doneAt = 0;
    const operation = { op: Op.SNAPSHOT as const, snapshot: 's', askedAt: 0, begunAt: 0, done: (now: number) => (doneAt = now) };
    kernel.timer(() => disk.operate(operation)).start(100);
    kernel.run();
    expect(doneAt).to.equal(1300);
    expect(steps).to.deep.equal(['begin 0', 'end 300', 'begin 1300', 'end 1600', 'begin 1600', 'end 1900']);
  });
});
