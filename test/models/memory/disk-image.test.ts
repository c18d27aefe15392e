import { expect } from 'chai';
import fc from 'fast-check';
import { ImageDisk } from '../../../models/guests/memory/image-disk.js';
import { formats } from '../../../models/formats/index.js';
import { GrowingPartitions, type GrowingPartition } from '../../../models/hosts/growing-partitions.js';
import type { Device, Host, HostIo } from '../../../models/io/host-io.js';
import { Op, type ImageFormat } from '../../../models/io/image-format.js';
import { Kind } from '../../../models/io/plan.js';
import { carryOut } from '../../../models/io/untimed.js';
import { VirtualDisk } from '../../../models/io/virtual-disk.js';
import { memoryMethods } from '../../../models/memory/index.js';
import { differingPages } from '../../../models/memory/restore.js';
import type { Kernel } from '../../../sim/kernel.js';
import { readOptions } from '../../../sim/options.js';
import { MiB, millisecond, sectorBytes } from '../../../sim/units.js';
import { MemoryWorld, RandomWorkload } from '../../conformance/memory-world.js';

const diskBytes = 16 * MiB;
const block = 4096;
const slots = 4;

/** A host that notes which write of the guest each block of a file holds: iROW keeps data at their place of the disk. */
class NotingHost implements Host {
  readonly files: Uint32Array[] = [];

  constructor(
    private readonly inner: Host,
    private readonly isData: (file: number) => boolean,
    private readonly disk: Uint32Array,
  ) {}

  submit(io: HostIo): void {
    if (io.kind === Kind.WRITE && this.isData(io.file)) {
      this.files[io.file] ??= new Uint32Array(diskBytes / block);
      for (let at = io.offset; at < io.offset + io.bytes; at += block) this.files[io.file]![at / block] = this.disk[at / block]!;
    }
    this.inner.submit(io);
  }
}

/** A guest whose disk is an image: by block, the number of the guest's last write. */
class ImageWorld {
  readonly disk = new Uint32Array(diskBytes / block);
  /** By image of the memory: the disk at its instant. */
  readonly atInstant: Uint32Array[] = [];
  readonly world: MemoryWorld;
  readonly format: ImageFormat;
  readonly host: NotingHost;
  private writes = 0;

  constructor(seed: number) {
    const model = formats.get('irow-paper', 'test');
    this.format = model.make({ diskBytes, cache: 'none', slots, backing: null }, readOptions(model.options, { cluster: block }, 'test'));
    carryOut(this.format, Op.CREATE);
    carryOut(this.format, Op.OPEN);
    const workload = new RandomWorkload({ pages: 2000, seed, steps: 2500, writes: 4, reads: 0.4, packets: 0.2 });
    let made: { image: ImageDisk; host: NotingHost } | null = null;
    this.world = new MemoryWorld(workload, { makeDisk: (kernel, device) => (made = this.make(kernel, device)).image });
    this.host = made!.host;
    this.world.host.reduceBy({
      begin: () => {},
      atInstant: () => void (this.atInstant[this.world.host.images.length] = this.disk.slice()),
      reduce: () => {},
      takeTime: () => 0,
      loadTime: () => 0,
    });
    this.world.machine.watchers.push({
      issued: (_slot, isWrite, offset, bytes) => {
        if (isWrite) this.disk.fill(++this.writes, offset / block, (offset + bytes) / block);
      },
      filled: () => {},
    });
  }

  private make(kernel: Kernel, device: Device): { image: ImageDisk; host: NotingHost } {
    const { files } = this.format;
    const partitions = files.map((_, i): GrowingPartition => ({
      device,
      firstSector: (i * 64 * MiB) / sectorBytes,
      sectors: (64 * MiB) / sectorBytes,
    }));
    const last = partitions.at(-1)!;
    const inner = new GrowingPartitions(kernel, partitions, device, last, () => files[partitions.length - 1]!.bytes);
    const host = new NotingHost(inner, (file) => files[file]!.role === 'data', this.disk);
    const disk = new VirtualDisk(kernel, this.format, host, { slots, requestOverhead: 0 });
    const image = new ImageDisk(kernel, disk, diskBytes, slots);
    return { image, host };
  }

  /** What a snapshot of the disk holds, block by block. */
  held(name: string): Uint32Array {
    const held = new Uint32Array(diskBytes / block);
    for (const { guestOffset, bytes, file, offset } of this.format.extents(name)) {
      for (let at = 0; at < bytes && file >= 0; at += block) {
        held[(guestOffset + at) / block] = this.host.files[file]?.[(offset + at) / block] ?? 0;
      }
    }
    return held;
  }
}

describe('a snapshot of the disk in the same epoch', () => {
  for (const method of memoryMethods.names) {
    it(`is the disk at the instant of the memory, by iROW beside ${method}`, () => {
      fc.assert(
        fc.property(fc.nat(10_000), (seed) => {
          const made = new ImageWorld(seed);
          const { world } = made;
          const plan = { first: 30 * millisecond, interval: 100 * millisecond, count: 4, fullFrom: Infinity };
          world.run(memoryMethods.get(method, 'test').make(world.host, {}, 'test'), plan);
          expect(world.machine.finished).to.be.a('number');
          expect(world.host.images.length).to.be.at.least(4);
          world.host.images.forEach((image, i) => {
            expect(differingPages(image.restored(), world.host.references[i]!, world.freeAt[i]!)).to.deep.equal([]);
            expect([...made.held(image.diskSnapshot!)], `${image.diskSnapshot} of the disk`).to.deep.equal([...made.atInstant[i]!]);
          });
          const last = world.host.images.at(-1)!.diskSnapshot!;
          expect([...made.held(last)], 'the guest has written since').to.not.deep.equal([...made.disk]);
        }),
        { numRuns: 5, seed: 1 },
      );
    });
  }
});
