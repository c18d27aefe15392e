import { expect } from 'chai';
import fc from 'fast-check';
import type { ContentCheck, MountSettings } from '../../../../models/filesystems/mounted/settings.js';
import { KiB, millisecond, second } from '../../../../sim/units.js';
import { FileOp } from '../../../../traces/files/file-operation.js';
import { FileBench } from './bench.js';
import { TinyLayout } from './tiny-layout.js';

/** Versions of what each file and each block of the device hold; complains where a program sees anything but the newest. */
class Versions implements ContentCheck {
  seenPages = 0;
  /** By file and index; 0 behind what was cut off. */
  readonly newest = new Map<number, Map<number, number>>();
  private readonly blocks = new Map<number, number>();
  private last = 0;

  changed(file: number, index: number): number {
    let pages = this.newest.get(file);
    if (pages === undefined) this.newest.set(file, (pages = new Map<number, number>()));
    pages.set(index, ++this.last);
    return this.last;
  }
  writes(block: number, version: number): void {
    this.blocks.set(block, version);
  }
  held(block: number): number {
    return this.blocks.get(block) ?? -1;
  }
  seen(file: number, index: number, version: number): void {
    this.seenPages += 1;
    const newest = this.newest.get(file)?.get(index) ?? 0;
    if (version !== newest) throw new Error(`file ${file} at ${index} shows version ${version}, not ${newest}`);
  }
  cut(file: number, from: number): void {
    for (const index of this.newest.get(file)?.keys() ?? []) if (index >= from) this.newest.get(file)!.delete(index);
  }
}

const files = 5;
const fileBlocks = 40;
const step = fc.record({
  op: fc.constantFrom(
    ...[FileOp.WRITE, FileOp.WRITE, FileOp.WRITE, FileOp.READ, FileOp.READ, FileOp.TRUNCATE, FileOp.UNLINK, FileOp.FSYNC],
    ...[FileOp.FDATASYNC, FileOp.SYNC, FileOp.OPEN],
  ),
  file: fc.integer({ min: 1, max: files }),
  block: fc.integer({ min: 0, max: fileBlocks - 1 }),
  blocks: fc.integer({ min: 1, max: 12 }),
  isPartial: fc.boolean(),
  direct: fc.boolean(),
  synchronous: fc.integer({ min: 0, max: 5 }),
  pauseMs: fc.constantFrom(0, 0, 0, 3, 700, 40_000),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Runs one program a file side by side, each waiting for its own operations; afterwards reads everything back from the device. */
function runAll(steps: readonly Step[], settings: Partial<MountSettings>, layout: TinyLayout): Versions {
  const versions = new Versions();
  // Times that differ, so that I/Os end in another order than they began.
  const bench = new FileBench(settings, layout, versions, (io) => millisecond + ((io.sector * 7919) % 5_000_000));
  for (let file = 1; file <= files; file++) bench.perform({ op: FileOp.CREATE, file });
  const queues = Array.from({ length: files }, (_, i) => steps.filter(({ file }) => file === i + 1));
  const busy = new Set<number>();
  let fileOf = new Map<object, number>();
  const next = (file: number): void => {
    const one = queues[file - 1]!.shift();
    if (one === undefined) return;
    busy.add(file);
    bench.kernel.timer(() => fileOf.set(bench.submit(operationOf(one, versions)), file)).start(one.pauseMs * millisecond);
  };
  let handled = bench.done.length;
  for (let file = 1; file <= files; file++) next(file);
  while (busy.size > 0) {
    if (bench.kernel.pending === 0 || bench.kernel.fired > 1e6) throw new Error(`${busy.size} operations do not end`);
    bench.kernel.run(Infinity, 1);
    for (; handled < bench.done.length; handled++) {
      const { request } = bench.done[handled]!;
      const file = fileOf.get(request)!;
      if (request.op === FileOp.TRUNCATE) versions.cut(file, Math.ceil(request.offset / 4096));
      if (request.op === FileOp.UNLINK) {
        versions.cut(file, 0);
        fileOf.set(bench.submit({ op: FileOp.CREATE, file }), file);
        continue;
      }
      busy.delete(file);
      next(file);
    }
  }
  fileOf = new Map();
  bench.kernel.run(bench.kernel.now + 300 * second);
  bench.fs.checkConservation();
  expect(bench.fs.dirtyBytes()).to.equal(0);
  const fresh = new FileBench(settings, layout, versions);
  for (let file = 1; file <= files; file++) {
    fresh.perform({ op: FileOp.READ, file, bytes: fileBlocks * 2 * 4096 });
    fresh.perform({ op: FileOp.READ, file, bytes: fileBlocks * 2 * 4096, direct: true });
  }
  return versions;
}

function operationOf({ op, file, block, blocks, isPartial, direct, synchronous }: Step, versions: Versions) {
  const isData = op === FileOp.READ || op === FileOp.WRITE;
  const shift = isData && isPartial && !direct ? 100 : 0;
  if (op === FileOp.TRUNCATE) versions.cut(file, block);
  return {
    op,
    file,
    offset: block * 4096 + shift,
    bytes: isData ? blocks * 4096 - 2 * shift : 0,
    direct: isData && direct,
    synchronous: op === FileOp.WRITE && synchronous === 0,
  };
}

describe('contents through a mounted file system', () => {
  const variants: Readonly<Record<string, readonly [Partial<MountSettings>, number, boolean]>> = {
    'ordered, plenty of memory': [{}, 64, false],
    'ordered, memory for 64 pages': [{ cacheBytes: 256 * KiB, readAheadBytes: 32 * KiB }, 64, false],
    'writeback, a small journal, 16 KiB an I/O': [{ data: 'writeback', maxIoBytes: 16 * KiB, requestLimit: 4 }, 32, false],
    'delayed allocation, direct writes together': [
      { directIntoHoles: 'allocate', directWrites: 'together', cacheBytes: 512 * KiB },
      64,
      true,
    ],
    'without a journal': [{ barrier: true }, 0, false],
  };
  for (const [name, [settings, journalBlocks, isDelayed]] of Object.entries(variants)) {
    it(`${name}: every read sees the newest version, in memory and on the device; every byte is accounted for`, () => {
      let seen = 0;
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 120, size: 'max' }), (steps) => {
          seen += runAll(steps, settings, new TinyLayout(10_000, journalBlocks, isDelayed)).seenPages;
        }),
        { numRuns: 200 },
      );
      expect(seen).to.be.above(1000);
    });
  }
});
