/**
 * Reads what the current state of an iROW disk does not hold: from the states that it goes back to, then from the backing image.
 * A state is opened when it is first asked, even where it holds nothing. It knows no requests.
 * Source: the published driver of 2012, seen in recorded operations.
 */
import type { Bytes } from '../../../sim/units.js';
import type { ImageFormat } from '../../io/image-format.js';
import { Content, Purpose, type Plan } from '../../io/plan.js';
import { keepReadParts, readBackingBlocking } from '../backing.js';
import type { ClusterCache } from './cluster-cache.js';
import { runOf } from './cluster-runs.js';
import type { MetaFile } from './meta-file.js';
import type { StateRecord, States } from './states.js';

export class Fathers {
  opens = 0;
  /** The part of the disk that the reader asked for: what is read around it is thrown away. */
  private wantedStart: Bytes = 0;
  private wantedEnd: Bytes = 0;

  constructor(
    private readonly clusterBytes: Bytes,
    private readonly states: States,
    private readonly meta: MetaFile,
    private readonly cache: ClusterCache,
    private readonly backing: ImageFormat | null,
    private readonly ownFiles: number,
  ) {}

  /** Reads whole clusters, of which the reader wants the part from `start` to `end`. */
  read(plan: Plan, first: number, clusters: number, start: Bytes, end: Bytes): void {
    this.wantedStart = start;
    this.wantedEnd = end;
    let [from, left] = [first, clusters];
    if (this.cache.holds(first)) {
      this.cache.serve(plan, start, end);
      from += 1;
      left -= 1;
    }
    if (left > 0) this.readFrom(plan, this.states.current.father, from, left);
  }

  private readFrom(plan: Plan, state: StateRecord | null, first: number, clusters: number): void {
    if (state === null) {
      this.readBacking(plan, first, clusters);
      return;
    }
    const { pair, father } = state;
    if (!pair.isOpen) {
      this.opens += 1;
      this.meta.readRecords(plan, this.states.list.length);
      pair.readBitmap(plan);
    }
    for (let at = first; at < first + clusters;) {
      const run = runOf(pair.present, at, first + clusters - at);
      if (pair.present.has(at)) this.readData(plan, state, at, run);
      else this.readFrom(plan, father, at, run);
      at += run;
    }
  }

  private readData(plan: Plan, { pair }: StateRecord, first: number, clusters: number): void {
    const { clusterBytes } = this;
    const [start, bytes] = [first * clusterBytes, clusters * clusterBytes];
    const entry = plan.size;
    pair.data.readSectors(plan, start, bytes, Purpose.COPY);
    const low = Math.max(start, this.wantedStart);
    const high = Math.min(start + bytes, this.wantedEnd);
    if (high > low) plan.holds(entry, low - start, high - low, Content.GUEST, low);
    this.cache.keep(first + clusters - 1, pair.data.id);
  }

  private readBacking(plan: Plan, first: number, clusters: number): void {
    const { clusterBytes, wantedStart, wantedEnd } = this;
    const firstRow = plan.contents?.size ?? 0;
    readBackingBlocking(this.backing, this.ownFiles, plan, first * clusterBytes, clusters * clusterBytes);
    if (!plan.tracksContents) return;
    keepReadParts(plan, firstRow, (offset, length) => {
      const isTaken = offset >= wantedStart && offset < wantedEnd;
      const limit = offset < wantedStart ? wantedStart : isTaken ? wantedEnd : Infinity;
      return { bytes: Math.min(length, limit - offset), isTaken };
    });
  }
}
