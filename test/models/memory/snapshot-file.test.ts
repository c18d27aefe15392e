import { expect } from 'chai';
import type { Device, HostIo } from '../../../models/io/host-io.js';
import { Mode } from '../../../models/io/plan.js';
import { SnapshotFile } from '../../../models/memory/snapshot-file.js';
import { Kernel, type Timer } from '../../../sim/kernel.js';
import { spawn, type Scenario } from '../../../sim/process.js';
import { KiB, MiB, millisecond, second } from '../../../sim/units.js';

/** Takes a millisecond for each I/O, one after the other, and keeps what it was asked. */
class Recorder implements Device {
  readonly capacity = 1e9;
  readonly seen: { sector: number; sectors: number; mode: Mode; at: number }[] = [];
  private readonly line: HostIo[] = [];
  private readonly timer: Timer;

  constructor(private readonly kernel: Kernel) {
    this.timer = kernel.timer(() => {
      const io = this.line.shift()!;
      if (this.line.length > 0) this.timer.start(millisecond);
      io.owner.ioDone(io);
    });
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    this.seen.push({ sector: io.sector, sectors: io.sectors, mode: io.mode, at: this.kernel.now });
    this.line.push(io);
    if (this.line.length === 1) this.timer.start(millisecond);
  }

  busyTime(): number {
    return 0;
  }
}

function run(what: (file: SnapshotFile) => Scenario): { device: Recorder; ended: number } {
  const kernel = new Kernel();
  const device = new Recorder(kernel);
  const file = new SnapshotFile(kernel, device, {
    firstSector: 1000,
    sectors: 1e8,
    dirtyLimit: 8 * MiB,
    backgroundLimit: 4 * MiB,
    chunk: 512 * KiB,
    depth: 4,
    fileRate: 80e6,
    cacheRate: 1e9,
  });
  let ended = -1;
  const scenario = function* (): Scenario {
    yield* what(file);
    ended = kernel.now;
  };
  spawn(kernel, scenario());
  kernel.run();
  return { device, ended };
}

describe("a snapshot's file", () => {
  it('is not touched on the disk by a little that goes into the cache', () => {
    const { device, ended } = run((file) => file.write(MiB));
    expect(device.seen).to.have.length(0);
    expect(ended).to.be.within(millisecond, 1.1 * millisecond);
  });

  it('is written back in the background where much is in the cache, and as something waited for where somebody does', () => {
    const back = run((file) => file.write(6 * MiB)).device.seen;
    expect(new Set(back.map(({ mode }) => mode))).to.deep.equal(new Set([Mode.BACKGROUND]));
    const waited = run(function* (file) {
      yield* file.write(MiB);
      yield* file.sync();
    });
    expect(waited.device.seen.map(({ mode }) => mode)).to.deep.equal([Mode.ASYNC, Mode.ASYNC]);
  });

  it('is on the disk no faster than the file system writes, however fast the disk is', () => {
    const { ended } = run(function* (file) {
      yield* file.write(MiB);
      yield* file.sync();
    });
    // Into the cache, where writing back begins as soon as it is asked for; then 80 MB/s.
    expect(ended).to.be.within((MiB / 80e6) * second, (MiB / 80e6 + MiB / 1e9 + 0.0001) * second);
  });

  it('is written past the cache piece by piece, in order, each when the one before is done', () => {
    const { device, ended } = run((file) => file.writeDirectly(80 * KiB, 32 * KiB));
    expect(device.seen.map(({ sector }) => sector)).to.deep.equal([1000, 1064, 1128]);
    expect(device.seen.map(({ at }) => at)).to.deep.equal([0, millisecond, 2 * millisecond]);
    expect(device.seen.map(({ sectors }) => sectors)).to.deep.equal([64, 64, 32]);
    expect(ended).to.equal(3 * millisecond);
  });

  it('has what is in the cache on the disk before it is written past that', () => {
    const { device } = run(function* (file) {
      yield* file.write(512 * KiB);
      yield* file.writeDirectly(32 * KiB, 32 * KiB);
    });
    expect(device.seen.map(({ sector, sectors }) => [sector, sectors])).to.deep.equal([
      [1000, 1024],
      [2024, 64],
    ]);
  });
});
