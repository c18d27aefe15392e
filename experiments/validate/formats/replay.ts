/**
 * Replays the script of a truth file through models, in the sessions in which it was recorded: an image is opened when the first
 * operation needs it, a snapshot tool works on the closed image in a process of its own. It compares nothing.
 */
import { formats } from '../../../models/formats/index.js';
import { CachedImage } from '../../../models/formats/qcow2/cached-image.js';
import { PublishedImage as IrowImage, type EntryPoints } from '../../../models/formats/irow/published-image.js';
import { Op, type CacheMode, type FormatContext, type ImageFormat } from '../../../models/io/image-format.js';
import { Plan } from '../../../models/io/plan.js';
import { carryOut, carryOutBackground } from '../../../models/io/untimed.js';
import { InputError } from '../../../sim/errors.js';
import { readOptions } from '../../../sim/options.js';
import type { Bytes } from '../../../sim/units.js';
import { driverFor, type Driver, type Era, type NoDriver } from './drivers.js';
import { loadMachine, saveMachine, startMachine, type Perform } from './machine.js';
import { observe, type Observation } from './observe.js';
import { Pages } from './pages.js';
import { cachedDuration, durableDuration, Submissions } from './submissions.js';
import { kindLetters, scriptSize, type HostOp, type TruthOp, type TruthSpec } from './truth-file.js';

/** Requests in flight that an image is made for, where a script has no more at once. */
const fewestSlots = 64;
/** What a tool of 7.2 that is not told the format reads first. */
const probeBytes: Bytes = 512;
/** Longest piece in which a backing image is filled. */
const fillBytes: Bytes = 64 * 1024 * 1024;

const snapshotOps: Readonly<Record<string, Op>> = { 'snap-create': Op.SNAPSHOT, 'snap-apply': Op.APPLY, 'snap-delete': Op.DELETE };

/** Operations with offsets and lengths behind them. */
const dataOps = new Set(['write', 'read', 'writez', 'writezu', 'discard', 'awrite', 'aread', 'aiowrites', 'aioread']);

const slotsOf = ({ ops }: TruthSpec): number =>
  Math.max(fewestSlots, ...ops.map((line) => (line.startsWith('aio') ? line.split(' ').length / 2 : 0)));

export interface Replayed {
  readonly ops: TruthOp[];
  readonly checkpoints: Observation[];
}

export class Replay {
  private readonly ops: { op: string; io: HostOp[] }[] = [];
  private readonly checkpoints: Observation[] = [];
  /** Pages of raw files, by name. */
  private readonly pages = new Map<string, Pages>();
  /** The images, base first; the last one is in use. */
  private readonly chain: ImageFormat[] = [];
  private isOpen = false;
  private layers = 0;

  constructor(
    private readonly spec: TruthSpec,
    private readonly era: Era,
    private readonly driver: Driver,
    private readonly where: string,
    private readonly machineStateBytes: (name: string) => Bytes | null,
  ) {}

  /** Throws InputError where the script does not fit the models. */
  run(): Replayed {
    const { spec } = this;
    if (spec.backing) this.makeBase();
    this.makeImage(this.spec.backing?.inherit === true ? this.active!.diskBytes : scriptSize(spec.size, this.where));
    if (spec.checkpoint_created !== false) this.observe('create');
    spec.ops.forEach((line, i) => this.runLine(line, i));
    this.close();
    this.observe('end');
    return { ops: this.ops, checkpoints: this.checkpoints };
  }

  private runLine(line: string, index: number): void {
    const [word = '', ...rest] = line.split(' ');
    const numbers = dataOps.has(word) ? this.rangesOf(rest, line, index) : [];
    switch (word) {
      case 'write':
        this.request(line, Op.WRITE, numbers[0]!, numbers[1]!);
        break;
      case 'read':
        this.request(line, Op.READ, numbers[0]!, numbers[1]!);
        break;
      case 'flush':
        this.request(line, Op.FLUSH, 0, 0);
        break;
      case 'writez':
        this.request(line, Op.WRITE_ZEROES, numbers[0]!, numbers[1]!);
        break;
      case 'writezu':
        this.request(line, Op.WRITE_ZEROES_UNMAP, numbers[0]!, numbers[1]!);
        break;
      case 'discard':
        this.request(line, Op.DISCARD, numbers[0]!, numbers[1]!);
        break;
      case 'awrite':
        this.request(line, Op.WRITE, numbers[0]!, numbers[1]!, 'asynchronous');
        break;
      case 'aread':
        this.request(line, Op.READ, numbers[0]!, numbers[1]!, 'asynchronous');
        break;
      case 'aiowrites':
        this.writeTogether(line, numbers);
        break;
      case 'aioread':
        this.request(line, Op.READ, numbers[0]!, numbers[1]!);
        this.record('aio_flush', () => {});
        break;
      case 'overlay':
        this.close();
        if (this.active instanceof CachedImage) this.active.program = 'tool';
        this.makeImage(this.active!.diskBytes);
        break;
      case 'hmp':
        this.runMonitor(line, rest[0]!, rest.slice(1).join(' '));
        break;
      case 'reopen':
        if (!this.isRunning) this.close();
        break;
      case 'checkpoint':
        if (!this.isRunning) this.close();
        this.observe(`op ${index}`);
        break;
      default:
        if (this.isRunning) this.runInProcess(line, snapshotOps[word]!, rest.join(' '));
        else this.runTool(line, snapshotOps[word]!, rest.join(' '));
    }
  }

  /** The offsets and lengths of a line: whole sectors inside the disk. Throws InputError. */
  private rangesOf(words: readonly string[], line: string, index: number): number[] {
    const numbers = words.map(Number);
    const disk = this.active!.diskBytes;
    const isRange = (at: number): boolean => {
      const [offset, bytes] = [numbers[at]!, numbers[at + 1]!];
      return offset >= 0 && bytes > 0 && offset % 512 === 0 && bytes % 512 === 0 && offset + bytes <= disk;
    };
    const starts = numbers.flatMap((_, i) => (i % 2 === 0 ? [i] : []));
    if (numbers.length === 0 || numbers.length % 2 === 1 || !starts.every(isRange)) {
      throw new InputError(
        `${this.where}: op ${index}`,
        `"${line}"`,
        `offsets and lengths in whole sectors inside the ${disk} bytes of the disk`,
      );
    }
    return numbers;
  }

  private get active(): ImageFormat | undefined {
    return this.chain[this.chain.length - 1];
  }

  private makeBase(): void {
    const base = this.spec.backing!;
    const driver = driverFor(this.era, base.format, base.create_options ?? {}, this.where) as Driver;
    const image = this.make(driver, scriptSize(base.size, this.where), 'base');
    this.record(`create base.${base.format}`, (io) => this.perform(image, Op.CREATE, io));
    if (base.fill === undefined || base.fill.length === 0) return;
    image.cache = 'writethrough';
    this.perform(image, Op.OPEN, []);
    for (const [offset, bytes] of base.fill) {
      for (let at = 0; at < bytes; at += fillBytes) this.perform(image, Op.WRITE, [], offset + at, Math.min(fillBytes, bytes - at));
    }
    this.perform(image, Op.CLOSE, []);
  }

  private makeImage(diskBytes: Bytes): void {
    const name = `img${this.layers++}`;
    const image = this.make(this.driver, diskBytes, name);
    this.record(`create ${name}.${this.spec.format}`, (io) => this.perform(image, Op.CREATE, io));
  }

  private make({ model, options }: Driver, diskBytes: Bytes, name: string): ImageFormat {
    const backing = this.active ?? null;
    const below = backing?.files[0]!.name;
    const backingIsZero = (offset: Bytes, bytes: Bytes): boolean => this.pagesOf(below!).isHole(offset, bytes);
    const context: FormatContext = { diskBytes, cache: this.cache, slots: slotsOf(this.spec), backing, name, backingIsZero };
    const found = formats.get(model, this.where);
    const image = found.make(context, readOptions(found.options, options, this.where));
    this.chain.push(image);
    if (this.isRunning && image instanceof CachedImage) image.keepDiskView();
    return image;
  }

  /** The programs of the old releases that recorded the scripts know O_DIRECT or write-through, whatever else a script asks for. */
  private get cache(): CacheMode {
    const asked = this.spec.cache ?? 'none';
    if (this.era === 'q7' && asked === 'writeback') return asked;
    return asked === 'none' ? asked : 'writethrough';
  }

  /** Whether one process does it all, snapshots too: the image stays open. */
  private get isRunning(): boolean {
    return this.spec.mode === 'liveio' || this.spec.mode === 'vm' || this.spec.mode === 'live';
  }

  /** One guest request in the open session. qemu-io's plain requests are synchronous, which iROW handles otherwise. */
  private request(line: string, op: Op, offset: Bytes, bytes: Bytes, entryPoints: EntryPoints = 'synchronous'): void {
    this.open();
    if (this.active instanceof IrowImage) this.active.entryPoints = entryPoints;
    this.record(line, (io) => {
      this.perform(this.active!, op, io, offset, bytes);
      carryOutBackground(this.active!, (plan) => this.take(this.active!, plan, io));
    });
  }

  private open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.active!.cache = this.cache;
    this.record('open', (io) => {
      if (this.spec.mode === 'live') this.openAnew(io);
      this.perform(this.active!, Op.OPEN, io);
      if (this.spec.mode !== 'vm') return;
      if (this.active instanceof IrowImage) this.active.entryPoints = 'synchronous';
      startMachine(this.performing(io));
    });
  }

  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.record('close', (io) => {
      this.perform(this.active!, Op.CLOSE, io);
      if (this.spec.mode === 'live') this.openAnew(io);
    });
  }

  /** The emulator opens the file once more, as it starts and as it ends, and with O_DIRECT looks for the alignment again. */
  private openAnew(io: HostOp[]): void {
    if (this.cache !== 'none') return;
    const { name } = this.active!.files[0]!;
    io.push(['R', name, 0, 512], ['R', name, 0, 4096]);
  }

  private performing(io: HostOp[]): Perform {
    return (op, offset, bytes, name) => this.perform(this.active!, op, io, offset, bytes, name);
  }

  private runInProcess(line: string, op: Op, name: string): void {
    this.open();
    this.record(line, (io) => this.perform(this.active!, op, io, 0, 0, name));
  }

  /** A command of the emulator's monitor: the machine as a whole. */
  private runMonitor(line: string, command: string, name: string): void {
    this.open();
    this.record(line, (io) => {
      const perform = this.performing(io);
      if (command === 'delvm') {
        perform(Op.DELETE, 0, 0, name);
        return;
      }
      const bytes = this.machineStateBytes(name);
      if (bytes === null) throw new InputError(this.where, `"${line}"`, 'a checkpoint that tells the size of the state');
      if (command === 'savevm') saveMachine(perform, name, bytes);
      else loadMachine(perform, name, bytes);
    });
  }

  /** A snapshot tool: opens the image in its own cache mode. */
  private runTool(line: string, op: Op, name: string): void {
    this.close();
    const image = this.active!;
    image.cache = this.era === 'q7' ? 'writeback' : 'writethrough';
    if (image instanceof CachedImage) image.program = 'tool';
    this.record(line, (io) => {
      if (this.era === 'q7') io.push(['R', this.active!.files[0]!.name, 0, probeBytes]);
      this.perform(this.active!, Op.OPEN, io);
      this.perform(this.active!, op, io, 0, 0, name);
      this.perform(this.active!, Op.CLOSE, io);
    });
    if (image instanceof CachedImage) image.program = 'hypervisor';
  }

  /** Several writes in flight: each begins before the first is done, and they go on in turn. All I/O stands in the first record. */
  private writeTogether(line: string, numbers: readonly number[]): void {
    this.open();
    const image = this.active!;
    const plan = new Plan();
    const requests = numbers.length / 2;
    if (image instanceof IrowImage) image.entryPoints = 'asynchronous';
    this.record(line, (io) => {
      const together = new Submissions(
        (r) => {
          const next = image.step(r, plan.clear());
          this.take(image, plan, io);
          const released: number[] = [];
          while (image.released.size > 0) released.push(image.released.shift());
          return { next, plan, released };
        },
        this.era === 'q7' ? cachedDuration : durableDuration,
      );
      for (let r = 0; r < requests; r++) together.submit(r, () => image.begin(r, Op.WRITE, numbers[2 * r]!, numbers[2 * r + 1]!));
      together.finish();
    });
    if (this.era === 'irow2012') return;
    for (let r = 1; r < requests; r++) this.record(`${line} #${r}`, () => {});
    this.record('aio_flush', () => {});
  }

  private record(op: string, act: (io: HostOp[]) => void): void {
    const io: HostOp[] = [];
    act(io);
    this.ops.push({ op, io });
  }

  private perform(image: ImageFormat, op: Op, io: HostOp[], offset = 0, bytes = 0, name?: string): void {
    carryOut(image, op, offset, bytes, name, (plan) => this.take(image, plan, io));
  }

  private take(image: ImageFormat, plan: Plan, io: HostOp[]): void {
    for (let i = 0; i < plan.size; i++) {
      const letter = kindLetters[plan.kind[i]!]!;
      const name = image.files[plan.file[i]!]!.name;
      io.push([letter, name, plan.offset[i]!, plan.bytes[i]!]);
      if (!name.endsWith('.raw')) continue;
      if (letter === 'W') this.pagesOf(name).write(plan.offset[i]!, plan.bytes[i]!);
      if (letter === 'Z' || letter === 'P') this.pagesOf(name).clear(plan.offset[i]!, plan.bytes[i]!);
    }
  }

  private pagesOf(name: string): Pages {
    let pages = this.pages.get(name);
    if (pages === undefined) this.pages.set(name, (pages = new Pages()));
    return pages;
  }

  private observe(after: string): void {
    const look = (): Observation => observe(after, this.chain, (name) => this.pagesOf(name));
    const image = this.active!;
    this.checkpoints.push(image instanceof CachedImage ? image.seenOnDisk(look) : look());
  }
}

/** The model for a file's images, or why there is none: of the image itself or of its base. */
export function driversOf(spec: TruthSpec, era: Era, where: string): Driver | NoDriver {
  if (spec.backing) {
    const base = driverFor(era, spec.backing.format, spec.backing.create_options ?? {}, where);
    if ('reason' in base) return base;
  }
  const driver = driverFor(era, spec.format, { ...spec.create_options, ...spec.open_options }, where);
  if ('reason' in driver || spec.no_fallocate !== true) return driver;
  return { ...driver, options: { ...driver.options, fallocate: false } };
}
