/**
 * Programs at work side by side on one mounted file system, over a device that ends its I/Os in any order, and what must hold at every moment: no two I/Os of a write overlap, data go
 * only to blocks that their file owns, what was synced is on the device, a transaction commits after the data of the blocks that it gave to files, nothing waits for ever.
 */
import { expect } from 'chai';
import { FileRequest, type FileOwner } from '../../../../models/filesystems/file-system.js';
import type { FileLayout, MetadataUse, Runs } from '../../../../models/filesystems/file-layout.js';
import type { GroupedLayout } from '../../../../models/filesystems/groups/grouped-layout.js';
import type { Mount } from '../../../../models/filesystems/mounted/mount.js';
import { MountedFileSystem } from '../../../../models/filesystems/mounted/mounted-file-system.js';
import type { ContentCheck, MountSettings } from '../../../../models/filesystems/mounted/settings.js';
import { Part, type Device, type HostIo } from '../../../../models/io/host-io.js';
import { Kind, Purpose } from '../../../../models/io/plan.js';
import { Kernel } from '../../../../sim/kernel.js';
import { RandomStream } from '../../../../sim/random.js';
import { millisecond, second, sectorBytes } from '../../../../sim/units.js';
import { FileOp } from '../../../../traces/files/file-operation.js';

interface Piece {
  readonly file: number;
  readonly index: number;
  /** How often the file's number was used before. */
  readonly life: number;
}

interface Placed extends Piece {
  readonly block: number;
  readonly transaction: number;
}

/** Ends each I/O after a time of its own, and knows which version each block holds from then on. */
class UnevenDevice implements Device {
  readonly durable = new Map<number, number>();
  readonly submitted = new Map<number, number>();
  readonly log: string[] = [];
  private readonly inFlight = new Set<HostIo>();

  constructor(
    private readonly kernel: Kernel,
    readonly capacity: number,
    private readonly sectorsPerBlock: number,
    private readonly time: () => number,
    private readonly mayOverlap: boolean,
  ) {}

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    this.log.push(`${this.kernel.now} ${io.kind} ${io.sector} ${io.sectors}`);
    for (const other of this.inFlight) {
      const apart = other.sector + other.sectors <= io.sector || io.sector + io.sectors <= other.sector;
      if (!apart && !this.mayOverlap && (io.kind === Kind.WRITE || other.kind === Kind.WRITE) && !isMapRead(io) && !isMapRead(other))
        throw new Error(`I/Os at ${io.sector} and ${other.sector} overlap`);
    }
    this.inFlight.add(io);
    const first = Math.floor(io.sector / this.sectorsPerBlock);
    const end = Math.ceil((io.sector + io.sectors) / this.sectorsPerBlock);
    const written: [number, number][] = [];
    for (let block = first; block < end && io.kind === Kind.WRITE; block++) {
      const version = this.submitted.get(block);
      if (version !== undefined) written.push([block, version]);
    }
    const time = this.time();
    const ending = this.kernel.timer(() => {
      this.inFlight.delete(io);
      for (const [block, version] of written) this.durable.set(block, version);
      io.spent.fill(0);
      io.spent[Part.TRANSFER] = time;
      io.owner.ioDone(io);
    });
    ending.start(time);
  }

  busyTime(): number {
    return 0;
  }
}

/** Blocks of maps are read as their file is cut, and may be given to another one by then: a freed block may be used again before the commit. */
const isMapRead = ({ kind, purpose }: HostIo): boolean => kind === Kind.READ && purpose === Purpose.METADATA;

export interface SideBySide {
  readonly layout: GroupedLayout;
  readonly settings: MountSettings;
  readonly seed: number;
  readonly programs: number;
  /** Operations of each. */
  readonly operations: number;
  /** Files are up to so many blocks. */
  readonly blocks: number;
  /** All programs read, write and cut one file, so that only who owns what is checked; else each has a file of its own. */
  readonly isShared?: boolean;
}

export class Programs implements FileOwner, ContentCheck {
  readonly kernel = new Kernel();
  readonly device: UnevenDevice;
  readonly fs: MountedFileSystem;
  private readonly mount: Mount;
  private readonly random: RandomStream;
  private readonly pieces: (Piece | null)[] = [null];
  /** By file and index, the newest version. */
  private readonly newest = new Map<number, Map<number, number>>();
  private readonly before = new Map<FileRequest, ReadonlyMap<number, number>>();
  private readonly life: number[] = [];
  private placed: Placed[] = [];
  private committed = 0;
  private active = 0;
  private asked = 0;

  constructor(private readonly run: SideBySide) {
    const { layout, settings, seed } = run;
    const { blockBytes } = layout;
    this.random = new RandomStream(seed, 'side-by-side');
    const slowest = [millisecond, 20 * millisecond, 200 * millisecond][this.random.below(3)]!;
    this.device = new UnevenDevice(
      this.kernel,
      (layout.blocks * blockBytes) / sectorBytes,
      blockBytes / sectorBytes,
      () => 1000 + this.random.below(slowest),
      run.isShared === true,
    );
    this.fs = new MountedFileSystem(this.kernel, this.device, this.noting(layout), settings, this);
    this.mount = (this.fs as unknown as { mount: Mount }).mount;
  }

  /** Runs all to their ends, and until nothing is left to happen. */
  play(): this {
    for (let i = 1; i <= this.run.programs; i++) this.start(this.run.isShared === true ? 1 : i);
    const isStuck = (): boolean => this.kernel.pending === 0 || this.kernel.now > 1e5 * second || this.kernel.fired > 2e6;
    while (this.active > 0) {
      if (isStuck()) throw new Error(`${this.fs.inFlight} operations do not end`);
      this.step();
    }
    const end = this.kernel.now + 600 * second;
    while (this.kernel.pending > 0 && this.kernel.now < end) this.step();
    expect(this.fs.dirtyBytes()).to.equal(0);
    this.fs.checkConservation();
    if (this.run.isShared !== true) this.checkContents();
    this.checkOwners();
    return this;
  }

  changed(file: number, index: number): number {
    this.pieces.push({ file, index, life: this.life[file] ?? 0 });
    let pages = this.newest.get(file);
    if (pages === undefined) this.newest.set(file, (pages = new Map<number, number>()));
    pages.set(index, this.pieces.length - 1);
    return this.pieces.length - 1;
  }

  writes(block: number, version: number): void {
    const piece = this.pieces[version]!;
    if (!this.owns(piece, block)) throw new Error(`block ${block} is written for file ${piece.file}, which does not own it`);
    this.device.submitted.set(block, version);
  }

  held(block: number): number {
    return this.device.durable.get(block) ?? -1;
  }

  seen(file: number, index: number, version: number): void {
    if (this.run.isShared === true) return;
    const newest = this.newest.get(file)?.get(index) ?? 0;
    if (version !== newest) throw new Error(`file ${file} at ${index} shows version ${version}, not ${newest}`);
  }

  fileDone(request: FileRequest): void {
    const { op, file } = request;
    const parts = request.spent.reduce((sum, part) => sum + part, 0);
    expect(parts).to.equal(this.kernel.now - request.submitted);
    if (op === FileOp.UNLINK) this.life[file] = (this.life[file] ?? 0) + 1;
    const syncs = op === FileOp.FSYNC || op === FileOp.FDATASYNC || op === FileOp.SYNC;
    if (syncs && this.run.isShared !== true) this.checkSynced(request);
  }

  private step(): void {
    const { now } = this.kernel;
    this.asked = 0;
    this.kernel.run(Infinity, 1);
    if (this.kernel.now < now) throw new Error('time goes backwards');
    const { journal, cache } = this.mount;
    if (journal.space.used > journal.space.capacity) throw new Error('the journal is written over what is not at its place');
    if (cache.committed > this.committed) this.checkCommit((this.committed = cache.committed));
  }

  private start(file: number): void {
    const request = new FileRequest({
      fileDone: (done) => {
        this.fileDone(done);
        timer.start([0, 0, 0, 1, 3 * millisecond, 700 * millisecond, 6 * second, 40 * second][this.random.below(8)]!);
      },
    });
    let left = this.run.operations;
    this.active += 1;
    const timer = this.kernel.timer(() => {
      if (left-- === 0) this.active -= 1;
      else this.submit(request, file);
    });
    timer.start(this.random.below(1000));
  }

  private submit(request: FileRequest, file: number): void {
    const { random } = this;
    const { blockBytes } = this.run.layout;
    request.op = this.run.layout.has(file) ? ops[random.below(this.run.isShared === true ? sharedOps : ops.length)]! : FileOp.CREATE;
    request.file = file;
    request.offset = request.bytes = 0;
    const { op } = request;
    if (op === FileOp.READ || op === FileOp.WRITE || op === FileOp.ALLOCATE) {
      const blocks = 1 + random.below([2, 16, 300][random.below(3)]!);
      request.offset = random.below(this.run.blocks) * blockBytes + (random.below(2) === 0 ? 0 : random.below(blockBytes));
      request.bytes = random.below(2) === 0 ? blocks * blockBytes : 1 + random.below(blocks * blockBytes);
    } else if (op === FileOp.TRUNCATE) request.offset = random.below(this.run.blocks * blockBytes);
    request.synchronous = op === FileOp.WRITE && random.below(10) === 0;
    const cutFrom = op === FileOp.UNLINK ? 0 : op === FileOp.TRUNCATE ? Math.ceil(request.offset / blockBytes) : Infinity;
    const pages = this.newest.get(file);
    for (const index of [...(pages?.keys() ?? [])]) if (index >= cutFrom) pages!.delete(index);
    this.before.set(request, new Map(pages ?? []));
    this.fs.submit(request);
  }

  /** Notes in which transaction files get their blocks, and ends whoever asks for ever. */
  private noting(layout: FileLayout): FileLayout {
    const allocate = layout.allocate.bind(layout);
    const size = layout.size.bind(layout);
    layout.size = (file: number): number => {
      if (++this.asked > 1e6) throw new Error('an operation goes round without end');
      return size(file);
    };
    layout.allocate = (file: number, first: number, blocks: number, out: Runs, use: MetadataUse): void => {
      allocate(file, first, blocks, out, use);
      let index = first;
      for (let run = 0; run < out.size; run++)
        for (let i = 0; i < out.blocks[run]!; i++, index++)
          if (layout.isNew(run))
            this.placed.push({
              file,
              index,
              life: this.life[file] ?? 0,
              block: out.block[run]! + i,
              transaction: this.mount.journal.transactions.running,
            });
    };
    return layout;
  }

  private owns({ file, index, life }: Piece, block: number): boolean {
    const { data } = this.run.layout;
    if ((this.life[file] ?? 0) !== life || !this.run.layout.has(file)) return false;
    return data.seek(file, index) && data.begin <= index && data.block + index - data.begin === block;
  }

  /** Of the blocks that a transaction gave to files, those that they still have hold data of theirs. */
  private checkCommit(transaction: number): void {
    if (this.run.settings.data === 'ordered' && this.run.isShared !== true)
      for (const placed of this.placed) {
        if (placed.transaction > transaction || !this.owns(placed, placed.block)) continue;
        const held = this.pieces[this.device.durable.get(placed.block) ?? 0];
        const isThere = held?.file === placed.file && held.index === placed.index && held.life === placed.life;
        if (!isThere) throw new Error(`transaction ${transaction} commits block ${placed.block} of file ${placed.file} before its data`);
      }
    this.placed = this.placed.filter((placed) => placed.transaction > transaction);
  }

  private checkSynced(request: FileRequest): void {
    for (const [index, version] of this.before.get(request)!) {
      if ((this.durableVersion(request.file, index) ?? 0) < version)
        throw new Error(`file ${request.file} at ${index} was synced and is not on the device`);
    }
  }

  private durableVersion(file: number, index: number): number | undefined {
    const { data } = this.run.layout;
    if (!data.seek(file, index) || data.begin > index) return undefined;
    return this.device.durable.get(data.block + index - data.begin);
  }

  private checkContents(): void {
    for (const [file, pages] of this.newest)
      for (const [index, version] of pages) expect(this.durableVersion(file, index), `file ${file} at ${index}`).to.equal(version);
  }

  /** Each block in use by files has one owner, and is counted as in use. */
  private checkOwners(): void {
    const { layout, programs } = this.run;
    const owners = new Set<number>();
    for (const map of layout.files.owned)
      for (let file = 0; file <= programs; file++)
        for (let found = layout.has(file) && map.seek(file, 0); found; found = map.next())
          for (let i = 0; i < map.blocks; i++) {
            expect(owners.has(map.block + i) || layout.groups.isFree(map.block + i), `block ${map.block + i}`).to.equal(false);
            owners.add(map.block + i);
          }
    expect(layout.groups.isConsistent()).to.equal(true);
  }
}

/** Those at the start can be carried out on a file that others use at the same time. */
const ops = [
  ...[FileOp.READ, FileOp.READ, FileOp.WRITE, FileOp.WRITE, FileOp.WRITE, FileOp.WRITE, FileOp.TRUNCATE, FileOp.FSYNC, FileOp.FDATASYNC],
  ...[FileOp.OPEN, FileOp.CLOSE, FileOp.UNLINK, FileOp.ALLOCATE, FileOp.SYNC],
];
const sharedOps = 11;
