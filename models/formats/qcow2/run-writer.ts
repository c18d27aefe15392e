/**
 * Writes what was taken for a request: the data, and the rest of new clusters around it, zeroed by the host or copied. What it plans goes
 * beside other requests, but the metadata it looks up. It maps nothing and knows no requests.
 */
import type { Bytes } from '../../../sim/units.js';
import type { ImageFormat } from '../../io/image-format.js';
import { Content, NONE, Purpose, type Plan } from '../../io/plan.js';
import { holdsWhatWasRead, readBackingBlocking } from '../backing.js';
import { ownFiles } from './base-image.js';
import type { CachedFile } from './cached-file.js';
import type { CachedMapping } from './cached-mapping.js';
import type { Geometry } from './geometry.js';
import { endOfRun, nextToMap, type Pieces } from './run-pieces.js';
import type { ZeroLook } from './zero-look.js';

/** The rest of new clusters on both sides of the data is read in one go, data included, if that is no longer. */
const mergedReadBytes: Bytes = 16 * 1024;

/** Reads from the image below, while the request waits on the spot. */
export function readBelow(backing: ImageFormat | null, plan: Plan, offset: Bytes, bytes: Bytes): void {
  readBackingBlocking(backing, ownFiles, plan, offset, bytes);
}

export class RunWriter {
  constructor(
    private readonly geometry: Geometry,
    private readonly file: CachedFile,
    private readonly mapping: CachedMapping,
    private readonly look: ZeroLook,
    private readonly backing: ImageFormat | null,
  ) {}

  /**
   * Writes the data of the run that begins with piece `first`: new clusters that were all zeros are zeroed as a whole before, others are
   * completed by a copy; here that of the piece which is mapped first.
   */
  writeRun(plan: Plan, pieces: Pieces, first: number): void {
    const last = this.writePieces(plan, pieces, first, endOfRun(pieces, first));
    this.file.endRun(last);
  }

  /** Whether there is anything in new clusters around the data of the run that begins with piece `first`. */
  hasRest(pieces: Pieces, first: number): boolean {
    const end = endOfRun(pieces, first);
    for (let i = first; i < end; i++) {
      if (!pieces.isNew[i]) continue;
      const { head, tail } = this.restOf(pieces, i);
      if (head > 0 || tail > 0) return true;
    }
    return false;
  }

  /** Copies the rest of piece `i`, once those behind it in its run are mapped. */
  copy(plan: Plan, pieces: Pieces, i: number): void {
    this.file.endRun(this.copyRest(plan, pieces, i, NONE));
  }

  /** Answers the last entry; each waits for the one before. */
  private writePieces(plan: Plan, pieces: Pieces, first: number, end: number): number {
    const { clusterBytes } = this.geometry;
    let after = NONE;
    for (let i = end - 1; i >= first; i--) if (pieces.isNew[i]) after = this.prepare(plan, pieces, i, after);
    if (end - first === 1 && pieces.isCopied[first]) {
      pieces.isCopyPlanned[first] = true;
      return this.writeWithRest(plan, pieces, first);
    }
    const head = this.headOf(pieces, first);
    const start = pieces.guest[first]! * clusterBytes + head;
    const bytes = (pieces.guest[end - 1]! + pieces.clusters[end - 1]!) * clusterBytes - this.tailOf(pieces, end - 1) - start;
    const place = pieces.host[first]! * clusterBytes + head;
    after = this.file.writeData(plan, Purpose.DATA, place, bytes, after);
    plan.holds(after, place - plan.offset[after]!, bytes, Content.GUEST, start);
    const next = nextToMap(pieces, first);
    return next >= first && pieces.isCopied[next] ? this.copyRest(plan, pieces, next, after) : after;
  }

  /** Bytes in the clusters of piece `i` before and behind the data. */
  private headOf(pieces: Pieces, i: number): Bytes {
    return i === 0 ? pieces.offset % this.geometry.clusterBytes : 0;
  }

  private tailOf(pieces: Pieces, i: number): Bytes {
    const { clusterBytes } = this.geometry;
    const isLast = i === pieces.size - 1;
    return isLast ? (clusterBytes - ((pieces.offset + pieces.bytes) % clusterBytes)) % clusterBytes : 0;
  }

  private readonly rest = { start: 0, place: 0, bytes: 0, head: 0, tail: 0 };

  /**
   * What of piece `i` is written together with its data: where that begins on the disk and on the host, how much it is, and how much of it
   * comes before the data and behind. The answer is good until the next call.
   */
  private restOf(pieces: Pieces, i: number): Readonly<typeof this.rest> {
    const { clusterBytes } = this.geometry;
    const before = this.headOf(pieces, i);
    const behind = this.tailOf(pieces, i);
    const head = pieces.hasHead[i] ? before : 0;
    const tail = pieces.hasTail[i] ? behind : 0;
    const skip = before - head;
    const bytes = pieces.clusters[i]! * clusterBytes - skip - (behind - tail);
    const { rest } = this;
    rest.start = pieces.guest[i]! * clusterBytes + skip;
    rest.place = pieces.host[i]! * clusterBytes + skip;
    rest.bytes = bytes;
    rest.head = head;
    rest.tail = tail;
    return rest;
  }

  /** Zeroes a new piece, or finds that its rest is to be copied. Answers the entry that the data waits for. */
  private prepare(plan: Plan, pieces: Pieces, i: number, after: number): number {
    const { start, place, bytes, head, tail } = this.restOf(pieces, i);
    if (head === 0 && tail === 0) return after;
    if (this.look.isZero(plan, start, head) && this.look.isZero(plan, start + bytes - tail, tail)) {
      return this.file.zero(plan, place, bytes, after);
    }
    pieces.isCopied[i] = true;
    return after;
  }

  /** A single new piece: what is around the data is read, and all of it written at once. Answers the write. */
  private writeWithRest(plan: Plan, pieces: Pieces, i: number): number {
    const { start, place, bytes, head, tail } = this.restOf(pieces, i);
    const firstRead = plan.size;
    const last = this.readRest(plan, start, head, bytes - head - tail, tail, NONE);
    const write = this.file.writeData(plan, Purpose.DATA, place, bytes, last);
    plan.holds(write, head, bytes - head - tail, Content.GUEST, start + head);
    holdsWhatWasRead(plan, firstRead, write, start, 0, head);
    holdsWhatWasRead(plan, firstRead, write, start + bytes - tail, bytes - tail, tail);
    return write;
  }

  /** One piece of several: its rest is copied after the data, head and tail each alone. Answers the last entry. */
  private copyRest(plan: Plan, pieces: Pieces, i: number, after: number): number {
    const { start, place, bytes, head, tail } = this.restOf(pieces, i);
    const firstRead = plan.size;
    pieces.isCopyPlanned[i] = true;
    let last = this.readRest(plan, start, head, bytes - head - tail, tail, after);
    if (head > 0) {
      last = this.file.writeData(plan, Purpose.COPY, place, head, last);
      holdsWhatWasRead(plan, firstRead, last, start, 0, head);
    }
    if (tail > 0) {
      last = this.file.writeData(plan, Purpose.COPY, place + bytes - tail, tail, last);
      holdsWhatWasRead(plan, firstRead, last, start + bytes - tail, place + bytes - tail - plan.offset[last]!, tail);
    }
    return last;
  }

  /** Reads what is around `middle` bytes of data, one entry after another from `after` on. Answers the last. */
  private readRest(plan: Plan, start: Bytes, head: Bytes, middle: Bytes, tail: Bytes, after: number): number {
    if (head > 0 && tail > 0 && middle <= mergedReadBytes) return this.readRuns(plan, start, head + middle + tail, after);
    const last = head > 0 ? this.readRuns(plan, start, head, after) : after;
    return tail > 0 ? this.readRuns(plan, start + head + middle, tail, last) : last;
  }

  private readRuns(plan: Plan, offset: Bytes, bytes: Bytes, after: number): number {
    let last = after;
    for (let at = offset; at < offset + bytes;) {
      this.mapping.find(plan, at, offset + bytes - at);
      const { runOffset, runBytes, runIsZeros } = this.mapping;
      if (runOffset !== 0) last = this.file.readCopy(plan, runOffset, runBytes, at, last);
      else if (!runIsZeros) readBelow(this.backing, plan, at, runBytes);
      at += runBytes;
    }
    return last;
  }
}
