import { expect } from 'chai';
import { unusedMetadata } from '../../../models/filesystems/file-layout.js';
import { MountedFileSystem } from '../../../models/filesystems/mounted/mounted-file-system.js';
import { ext3Mount, extentsMount, type MountSettings } from '../../../models/filesystems/mounted/settings.js';
import { FileSystemHost, placeImage } from '../../../models/hosts/file-system-host.js';
import { HostIo, type IoOwner } from '../../../models/io/host-io.js';
import type { CacheMode } from '../../../models/io/image-format.js';
import { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { KiB, MiB, millisecond, second } from '../../../sim/units.js';
import { SteadyDevice } from '../filesystems/mounted/bench.js';
import { TinyLayout } from '../filesystems/mounted/tiny-layout.js';

class Bench implements IoOwner {
  readonly kernel = new Kernel();
  readonly device = new SteadyDevice(this.kernel);
  readonly layout = new TinyLayout();
  readonly fileSystem: MountedFileSystem;
  readonly host: FileSystemHost;
  private last: HostIo | null = null;

  constructor(cache: CacheMode, kind: 'sparse' | 'preallocated', settings: MountSettings = ext3Mount) {
    placeImage(this.layout, 5, 0, 4 * MiB, kind);
    this.fileSystem = new MountedFileSystem(this.kernel, this.device, this.layout, { ...settings, cacheBytes: 16 * MiB });
    this.host = new FileSystemHost(this.kernel, this.fileSystem, { directory: 0, firstFile: 5, cache, refusalTime: 1000 });
  }
  /** Carries one out; answers how long it took. */
  perform(kind: Kind, offset = 0, bytes = 0, file = 0): number {
    const io = new HostIo(this);
    Object.assign(io, { kind, file, offset, bytes });
    this.host.submit(io);
    while (this.last !== io) this.kernel.run(Infinity, 1);
    const took = this.kernel.now - io.submitted;
    expect(io.spent.reduce((sum, part) => sum + part, 0)).to.equal(took);
    return took;
  }
  seen(): string[] {
    return this.device.seen
      .splice(0)
      .map(({ kind, block, blocks }) => (kind === Kind.FLUSH ? 'flush' : `${kind === Kind.READ ? 'read' : 'write'} ${block}+${blocks}`));
  }
  ioDone(io: HostIo): void {
    this.last = io;
  }
}

describe('a host that keeps images on a file system', () => {
  it('cache=none: a preallocated image is read and written in place', () => {
    const bench = new Bench('none', 'preallocated');
    bench.perform(Kind.WRITE, 0, 16 * KiB);
    bench.seen();
    bench.kernel.run(second);
    expect(bench.perform(Kind.READ, 8 * KiB, 512)).to.be.within(millisecond, millisecond + 10_000);
    expect(bench.seen()).to.deep.equal(['read 76+0.125']);
  });

  it('cache=none: the hole of a sparse image is read without the device, and filled through memory by ext3, in place by extents', () => {
    const ext3 = new Bench('none', 'sparse');
    expect(ext3.perform(Kind.READ, MiB, 64 * KiB)).to.be.below(millisecond);
    expect(ext3.seen()).to.deep.equal([]);
    ext3.perform(Kind.WRITE, MiB, 8 * KiB);
    // Indirect block 74: bitmap and inode are read, then the two data blocks are written and waited for.
    expect(ext3.seen()).to.deep.equal(['read 1+1', 'read 2+1', 'write 75+2']);
    const extents = new Bench('none', 'sparse', extentsMount);
    extents.perform(Kind.WRITE, MiB, 8 * KiB);
    expect(extents.seen()).to.deep.equal(['read 1+1', 'read 2+1', 'write 75+2']);
    expect([ext3, extents].map(({ fileSystem }) => fileSystem.counters()['pages dirtied']! >= 2)).to.deep.equal([true, false]);
  });

  it('cache=writethrough: a write is durable when done; cache=writeback: when flushed', () => {
    const through = new Bench('writethrough', 'sparse');
    through.perform(Kind.WRITE, 0, 8 * KiB);
    expect(through.seen().filter((word) => word.startsWith('write'))).to.deep.equal(['write 74+2', 'write 11+3', 'write 14+1']);
    const back = new Bench('writeback', 'sparse');
    back.perform(Kind.WRITE, 0, 8 * KiB);
    expect(back.seen().filter((word) => word.startsWith('write'))).to.deep.equal([]);
    back.perform(Kind.FLUSH);
    expect(back.seen()).to.deep.equal(['write 74+2', 'write 11+3', 'write 14+1']);
    expect(back.perform(Kind.READ, 0, 8 * KiB)).to.be.below(millisecond);
  });

  it('creates a file that appears later when it is first touched; others of it wait', () => {
    const bench = new Bench('none', 'sparse');
    expect(bench.layout.has(6)).to.equal(false);
    bench.perform(Kind.WRITE, 0, 4096, 1);
    expect(bench.layout.has(6)).to.equal(true);
    expect(bench.seen()).to.deep.equal(['read 2+1', 'read 1+1', 'write 74+1']);
    bench.perform(Kind.TRUNCATE, MiB, 0, 1);
    expect(bench.layout.size(6)).to.equal(MiB);
  });

  it('refuses what its system has no call for, and writes zeros where a range is to be zeroed', () => {
    const bench = new Bench('none', 'preallocated');
    expect(bench.perform(Kind.PUNCH, 0, 4096)).to.equal(1000);
    expect(bench.perform(Kind.SEEK_DATA)).to.equal(1000);
    expect(bench.host.refused).to.equal(2);
    expect(bench.seen()).to.deep.equal([]);
    bench.perform(Kind.ZERO, 0, 4096);
    expect(bench.seen()).to.include('write 74+1');
    expect(bench.layout.size(5)).to.equal(4 * MiB);
    bench.layout.unlink(5, unusedMetadata);
  });
});
