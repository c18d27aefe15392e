/** What image formats share that lie over another image: its files, and where content comes from that they do not hold. */
import type { Bytes } from '../../sim/units.js';
import { LIVE, Next, type Extent, type ImageFile, type ImageFormat, type Op, type RequestId } from '../io/image-format.js';
import { Content, Kind, NONE, type Plan } from '../io/plan.js';

/** The files of a backing image as its overlay shows them. */
export const backingFiles = (backing: ImageFormat | null): ImageFile[] =>
  (backing?.files ?? []).map((file) => ({
    role: 'backing',
    name: file.name,
    get bytes(): Bytes {
      return file.bytes;
    },
  }));

/** Has the backing image append one step of a request; its files come after the `ownFiles` of the overlay. */
export function stepBacking(backing: ImageFormat, ownFiles: number, r: RequestId, plan: Plan): Next {
  plan.fileBase += ownFiles;
  const next = backing.step(r, plan);
  plan.fileBase -= ownFiles;
  return next;
}

/** Has the backing image carry out a control operation within one step of its overlay. */
export function carryOutOnBacking(backing: ImageFormat, ownFiles: number, r: RequestId, op: Op, plan: Plan): void {
  backing.begin(r, op, 0, 0);
  while (stepBacking(backing, ownFiles, r, plan) !== Next.DONE);
}

/** How many of `bytes` bytes from `offset` lie inside the backing image. */
export const bytesInBacking = (backing: ImageFormat | null, offset: Bytes, bytes: Bytes): Bytes =>
  backing === null ? 0 : Math.max(0, Math.min(bytes, backing.diskBytes - offset));

/** Has the backing image, as far as it goes, append the reads of a range that the hypervisor waits for on the spot. */
export function readBackingBlocking(backing: ImageFormat | null, ownFiles: number, plan: Plan, offset: Bytes, bytes: Bytes): void {
  const below = bytesInBacking(backing, offset, bytes);
  if (below === 0) return;
  plan.fileBase += ownFiles;
  backing!.readBlocking(plan, offset, below);
  plan.fileBase -= ownFiles;
}

/**
 * Says that writes hold what reads of the same plan have brought: bytes of the guest's disk from `guestOffset` on. What no read
 * brought is zeros. The writes are the entries from `firstWrite` on, back to back; entry `firstWrite` begins `skip` bytes into the range.
 */
export function holdsWhatWasRead(plan: Plan, firstRead: number, firstWrite: number, guestOffset: Bytes, skip: Bytes, bytes: Bytes): void {
  const { contents } = plan;
  if (contents === null) return;
  const reads = contents.size;
  let start = guestOffset;
  for (let write = firstWrite; write < plan.size && start < guestOffset + bytes; write++) {
    if (plan.kind[write] !== Kind.WRITE) continue;
    const from = write === firstWrite ? skip : 0;
    const piece = Math.min(plan.bytes[write]! - from, guestOffset + bytes - start);
    plan.holds(write, from, piece, Content.ZEROS, 0);
    for (let i = 0; i < reads; i++) {
      const read = contents.entry[i]!;
      const isMemory = read === NONE;
      if ((!isMemory && (read < firstRead || read >= firstWrite)) || contents.what[i] !== Content.GUEST) continue;
      const low = Math.max(start, contents.source[i]!);
      const high = Math.min(start + piece, contents.source[i]! + contents.bytes[i]!);
      if (high <= low) continue;
      const place = (isMemory ? 0 : plan.offset[read]!) + contents.from[i]! + (low - contents.source[i]!);
      contents.add(write, from + low - start, high - low, Content.COPY, place, isMemory ? contents.sourceFile[i]! : plan.file[read]!);
    }
    start += piece;
  }
}

/** Says that `bytes` bytes of a write, from its byte `from` on, hold what the backing image holds at `guestOffset`; zeros past its end. */
export function holdsBacking(
  plan: Plan,
  entry: number,
  from: Bytes,
  bytes: Bytes,
  backing: ImageFormat | null,
  ownFiles: number,
  guestOffset: Bytes,
): void {
  if (!plan.tracksContents || bytes <= 0) return;
  holdsListed(plan, entry, from, bytes, new ExtentList(backing, ownFiles, guestOffset, guestOffset + bytes), guestOffset);
}

/** As `holdsBacking`, of a backing image whose extents are listed already: for writes of many pieces. The list's own rows are replaced. */
export function holdsListed(plan: Plan, entry: number, from: Bytes, bytes: Bytes, list: ExtentList, guestOffset: Bytes): void {
  if (bytes <= 0) return;
  list.rows.length = 0;
  list.addFromBelow(guestOffset, bytes);
  for (const row of list.rows) {
    const at = from + row.guestOffset - guestOffset;
    if (row.file === -1) plan.holds(entry, at, row.bytes, Content.ZEROS, 0);
    else plan.holds(entry, at, row.bytes, Content.COPY, row.offset, row.file);
  }
}

/** Keeps of what reads bring, from row `firstRow` on, only the parts that `runs` says the reader takes: (offset, bytes) -> (bytes alike, taken). */
export function keepReadParts(
  plan: Plan,
  firstRow: number,
  runAt: (offset: Bytes, bytes: Bytes) => { bytes: Bytes; isTaken: boolean },
): void {
  const { contents } = plan;
  if (contents === null) return;
  const last = contents.size;
  const kept: (() => void)[] = [];
  for (let i = firstRow; i < last; i++) {
    const [entry, from, bytes, what, source, file] = [
      contents.entry[i]!,
      contents.from[i]!,
      contents.bytes[i]!,
      contents.what[i]!,
      contents.source[i]!,
      contents.sourceFile[i]!,
    ];
    for (let at = 0; at < bytes;) {
      const run = runAt(source + at, bytes - at);
      const [skip, length] = [at, run.bytes];
      if (run.isTaken) kept.push(() => contents.add(entry, from + skip, length, what, source + skip, file));
      at += run.bytes;
    }
  }
  contents.size = firstRow;
  for (const add of kept) add();
}

/** Joins extents that go on where the one before ends, and leaves out empty ones. */
export class ExtentList {
  readonly rows: Extent[] = [];
  private readonly below: readonly Extent[];

  /** @param start of the range that is listed, up to `end` */
  constructor(
    backing: ImageFormat | null,
    private readonly ownFiles: number,
    start?: Bytes,
    end?: Bytes,
  ) {
    this.below = backing === null ? [] : backing.extents(LIVE, start, end);
  }

  add(guestOffset: Bytes, bytes: Bytes, file: number, offset: Bytes): void {
    const last = this.rows[this.rows.length - 1];
    const isLike = last !== undefined && last.file === file && last.recordedIn === undefined;
    if (isLike && (file === -1 || last.offset + last.bytes === offset)) {
      this.rows[this.rows.length - 1] = { ...last, bytes: last.bytes + bytes };
    } else if (bytes > 0) {
      this.rows.push({ guestOffset, bytes, file, offset: file === -1 ? 0 : offset });
    }
  }

  /** Adds zeros that the tables of the image with file `recordedIn` record, with room kept for them at `offset`; 0 for none. */
  addZeros(guestOffset: Bytes, bytes: Bytes, recordedIn: number, offset: Bytes): void {
    const last = this.rows[this.rows.length - 1];
    const goesOn = last?.recordedIn === recordedIn && (offset === 0 ? last.offset === 0 : last.offset + last.bytes === offset);
    if (goesOn) this.rows[this.rows.length - 1] = { ...last, bytes: last.bytes + bytes };
    else this.rows.push({ guestOffset, bytes, file: -1, offset, recordedIn });
  }

  /** Adds a range that the image does not hold itself: from below, and zeros past its end. */
  addFromBelow(guestOffset: Bytes, bytes: Bytes): void {
    const end = guestOffset + bytes;
    let at = guestOffset;
    for (let i = this.firstBelow(at); i < this.below.length && at < end; i++) {
      const row = this.below[i]!;
      const high = Math.min(end, row.guestOffset + row.bytes);
      const within = at - row.guestOffset;
      if (row.recordedIn !== undefined) {
        this.addZeros(at, high - at, row.recordedIn + this.ownFiles, row.offset === 0 ? 0 : row.offset + within);
      } else if (row.file === -1) this.add(at, high - at, -1, 0);
      else this.add(at, high - at, row.file + this.ownFiles, row.offset + within);
      at = high;
    }
    if (at < end) this.add(at, end - at, -1, 0);
  }

  /** Index of the row below that holds `offset`, or how many there are. */
  private firstBelow(offset: Bytes): number {
    let low = 0;
    let high = this.below.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.below[middle]!;
      if (row.guestOffset + row.bytes <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
