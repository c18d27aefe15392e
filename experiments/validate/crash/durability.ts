/**
 * Which writes survive a stop of the host: those that are durable, and any of the others, whole, torn between sectors, or not at all.
 * A flush empties the host's cache of its file and the drive's write cache. It knows no format and no guest.
 */
import { sectorBytes } from '../../../sim/units.js';
import type { CacheMode } from '../../../models/io/image-format.js';
import { KeyedRandom } from '../../../sim/random.js';
import type { CrashEvent, HostWrite } from './events.js';
import { HostFiles } from './host-files.js';
import type { FileSizes, Survivors } from './recovery.js';

/** Up to so many writes that are not durable, every subset of them is tried; of more, a sample. */
export const exhaustiveWrites = 12;
export const sampledSubsets = 1000;
/** A write of up to so many sectors is torn at every place; a longer one at so many, and where zeros and data meet. */
export const exhaustiveTears = 64;

export type DriveCache = 'off' | 'on';

/** Whether a write is durable once it is done: the guest need not flush. */
export const isDurableWhenDone = (cache: CacheMode, drive: DriveCache): boolean =>
  cache === 'writethrough' || (cache === 'none' && drive === 'off');

export class Durability {
  private readonly durable = new HostFiles();
  /** In the order of issue. */
  private pending: { readonly write: HostWrite; isDone: boolean }[] = [];
  private readonly random = new KeyedRandom(0, 'subsets of writes that survive');
  private samples = 0;

  constructor(
    private readonly cache: CacheMode,
    private readonly drive: DriveCache,
  ) {}

  /** What is on the host from the start. */
  fill(file: number, offset: number, mark: number): void {
    this.durable.set(file, offset, mark);
  }

  take(event: CrashEvent): void {
    switch (event.kind) {
      case 'issue':
        this.pending.push({ write: event.write, isDone: false });
        break;
      case 'done':
        for (const pending of this.pending) if (pending.write === event.write) pending.isDone = true;
        if (isDurableWhenDone(this.cache, this.drive)) this.harden(({ isDone }) => isDone);
        break;
      case 'flush':
        this.harden(({ write, isDone }) => isDone && (this.cache === 'none' || write.file === event.file));
        break;
      case 'truncate':
        this.durable.truncate(event.file, event.bytes);
        this.pending = this.pending.map(({ write, isDone }) => ({ write: cut(write, event.file, event.bytes), isDone }));
        break;
      default:
        break;
    }
  }

  /** All is durable: a machine that was at rest. */
  settle(): void {
    this.harden(() => true);
  }

  /** Calls `visit` with the host after each way in which it can stop now. Answers whether that is a sample of them. */
  forEachCrash(visit: (survivors: Survivors, sizes: FileSizes) => void): boolean {
    const writes = this.pending.map(({ write }) => write);
    const areSampled = writes.length > exhaustiveWrites;
    const subsets = areSampled ? sampledSubsets : 2 ** writes.length;
    for (let subset = 0; subset < subsets; subset++) {
      const isKept = areSampled ? this.drawn() : (i: number): boolean => ((subset >> i) & 1) === 1;
      this.after(
        writes.filter((_, i) => isKept(i)),
        visit,
      );
    }
    writes.forEach((write, torn) =>
      this.tear(write, (piece) => {
        this.after([piece], visit);
        this.after([...writes.slice(0, torn), piece], visit);
        this.after([...writes.slice(0, torn), piece, ...writes.slice(torn + 1)], visit);
      }),
    );
    return areSampled || writes.some(({ sectors }) => sectors.length > exhaustiveTears);
  }

  /** A write of several sectors breaks in two, and either part survives. */
  private tear({ file, sectors }: HostWrite, visit: (piece: HostWrite) => void): void {
    const stride = Math.ceil(sectors.length / exhaustiveTears);
    for (let at = 1; at < sectors.length; at++) {
      if (at % stride !== 0 && (sectors[at]!.cell === 0) === (sectors[at - 1]!.cell === 0)) continue;
      visit({ file, sectors: sectors.slice(0, at) });
      visit({ file, sectors: sectors.slice(at) });
    }
  }

  private drawn(): (i: number) => boolean {
    const sample = this.samples++;
    return (i) => this.random.uniform(i, sample) < 0.5;
  }

  /** Visits the host as it is when of the writes that are not durable only `kept` survive. */
  private after(kept: readonly HostWrite[], visit: (survivors: Survivors, sizes: FileSizes) => void): void {
    const survived = new Map<number, HostWrite['sectors'][number]['cell']>();
    const keyOf = (file: number, offset: number): number => file * 2 ** 32 + offset / sectorBytes;
    for (const { file, sectors } of kept) for (const { offset, cell } of sectors) survived.set(keyOf(file, offset), cell);
    const sizes: FileSizes = (of) =>
      kept.reduce(
        (size, { file, sectors }) => (file === of ? Math.max(size, (sectors.at(-1)?.offset ?? 0) + sectorBytes) : size),
        this.durable.size(of),
      );
    visit((file, offset) => survived.get(keyOf(file, offset)) ?? this.durable.get(file, offset), sizes);
  }

  /** Makes some pending writes durable, in the order of issue. */
  private harden(isHard: (pending: { readonly write: HostWrite; isDone: boolean }) => boolean): void {
    for (const pending of this.pending) if (isHard(pending)) this.durable.apply(pending.write);
    this.pending = this.pending.filter((pending) => !isHard(pending));
  }
}

const cut = (write: HostWrite, file: number, bytes: number): HostWrite =>
  write.file === file ? { file, sectors: write.sectors.filter(({ offset }) => offset < bytes) } : write;
