/** What the guest may find after a crash: nothing older than what it was promised, nothing that was never there. It knows no format. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { LIVE, Op } from '../../../models/io/image-format.js';
import { markOf, type Request } from './events.js';
import type { Cell, Recovered, Survivors } from './recovery.js';

export const violationClasses = [
  'acknowledged write lost',
  'stale or foreign data',
  'leak',
  'dangling reference',
  'image unopenable',
] as const;
export type Violation = (typeof violationClasses)[number];

/** The marks that each sector has had, and the place of the one that was promised last. */
interface Versions {
  readonly marks: readonly number[][];
  readonly promised: Int32Array;
}

interface SnapshotPromise {
  readonly versions: Versions;
  /** By sector, the place of its mark when the snapshot was asked for. */
  readonly newest: Int32Array;
  isKept: boolean;
}

export class Promises {
  /** What the live disk may be: more than one while a rollback is not promised. The last is what the guest sees. */
  private live: Versions[];
  private readonly snapshots = new Map<string, SnapshotPromise>();
  private readonly unkept = new Set<string>();

  /**
   * @param initial marks of the disk's sectors
   * @param isImmediate whether what is done is promised without a flush
   */
  constructor(
    initial: readonly number[],
    private readonly isImmediate: boolean,
  ) {
    this.live = [{ marks: initial.map((mark) => [mark]), promised: new Int32Array(initial.length) }];
  }

  begin({ op, offset, bytes, name, mark }: Request): void {
    const { marks } = this.now;
    if (op === Op.WRITE) {
      for (let sector = offset / sectorBytes; sector < (offset + bytes) / sectorBytes; sector++) marks[sector]!.push(markOf(mark, sector));
    }
    if (op === Op.SNAPSHOT) {
      this.snapshots.set(name, { versions: this.now, newest: Int32Array.from(marks, (all) => all.length - 1), isKept: false });
    }
    if (op === Op.APPLY) {
      const { versions, newest } = this.snapshots.get(name)!;
      const first = (sector: number): number => Math.min(versions.promised[sector]!, newest[sector]!);
      const kept = versions.marks.map((all, sector) => all.slice(first(sector), newest[sector]! + 1));
      this.live.push({ marks: kept, promised: new Int32Array(kept.length) });
    }
    if (op === Op.DELETE) this.snapshots.get(name)!.isKept = false;
  }

  end({ op, name }: Request): void {
    if (op === Op.SNAPSHOT) this.unkept.add(name);
    if (op === Op.DELETE) this.snapshots.delete(name);
    if (this.isImmediate || op === Op.FLUSH) this.promise();
  }

  /** All that was done is promised. */
  promise(): void {
    this.live = [this.now];
    this.now.marks.forEach((all, sector) => (this.now.promised[sector] = all.length - 1));
    for (const name of this.unkept) {
      const snapshot = this.snapshots.get(name);
      if (snapshot !== undefined) snapshot.isKept = true;
    }
    this.unkept.clear();
  }

  /** Adds the classes of what is wrong with a recovered image. */
  judge(recovered: Recovered | null, survivors: Survivors, sectors: readonly number[], found: Set<Violation>): void {
    if (recovered === null) {
      found.add('image unopenable');
      return;
    }
    if (recovered.needsRepair === true) found.add('image unopenable');
    if (recovered.leaks > 0) found.add('leak');
    if (recovered.dangling > 0) found.add('dangling reference');
    const reader = (view: string | typeof LIVE) => {
      const placeOf = recovered.views.get(view)!;
      return (sector: number): Cell => {
        const place = placeOf(sector * sectorBytes);
        return place === null ? 0 : survivors(place.file, place.offset);
      };
    };
    const verdicts = this.live.map((versions) => compare(versions, null, reader(LIVE), sectors));
    for (const violation of verdicts.reduce((best, other) => (other.size < best.size ? other : best))) found.add(violation);
    for (const [name, { versions, newest, isKept }] of this.snapshots) {
      if (!recovered.views.has(name)) {
        if (isKept) found.add('acknowledged write lost');
      } else if (compare(versions, newest, reader(name), sectors).size > 0) found.add('stale or foreign data');
    }
  }

  private get now(): Versions {
    return this.live.at(-1)!;
  }
}

function compare(
  { marks, promised }: Versions,
  newest: Int32Array | null,
  read: (sector: number) => Cell,
  sectors: readonly number[],
): Set<Violation> {
  const wrong = new Set<Violation>();
  for (const sector of sectors) {
    const cell = read(sector);
    const all = marks[sector]!;
    const last = newest === null ? all.length - 1 : newest[sector]!;
    const first = Math.min(promised[sector]!, last);
    const at = typeof cell === 'number' ? all.lastIndexOf(cell, last) : -1;
    if (at < first) wrong.add(at === -1 ? 'stale or foreign data' : 'acknowledged write lost');
  }
  return wrong;
}

/** Of a request of more pieces, only those at its ends are looked at. */
const mostPieces = 16;

/**
 * The sectors of the disk in the pieces that some requests touch, and of the piece behind each; where `unitBytes`, what the image
 * allocates as one, are more than a piece, the first and last of the units too.
 */
export function sectorsOf(requests: readonly Request[], pieceBytes: Bytes, unitBytes: Bytes, diskBytes: Bytes): number[] {
  const sectors = new Set<number>();
  for (const { op, offset, bytes } of requests) {
    if (op !== Op.WRITE && op !== Op.READ) continue;
    const start = Math.floor(offset / pieceBytes) * pieceBytes;
    const end = Math.min(diskBytes, (Math.ceil((offset + bytes) / pieceBytes) + 1) * pieceBytes);
    for (let at = start; at < end; at += sectorBytes) {
      const isInside = bytes > mostPieces * pieceBytes && at >= start + pieceBytes && at < offset + bytes - pieceBytes;
      if (!isInside) sectors.add(at / sectorBytes);
    }
    for (let at = offset - (offset % unitBytes); at < end; at += unitBytes) {
      sectors.add(at / sectorBytes);
      sectors.add(Math.min(diskBytes, at + unitBytes) / sectorBytes - 1);
    }
  }
  return [...sectors];
}
