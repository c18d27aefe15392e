/**
 * Clusters that QEMU 7.2 has read as zeros, or lets go of: what writes of zeros and discards do to the tables. Parts of clusters it leaves
 * to others. It knows no requests.
 * Source: QEMU 7.2, block/qcow2-cluster.c, seen in recorded operations.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { CachedMapping } from './cached-mapping.js';
import type { CachedRefcounts } from './cached-refcounts.js';
import type { Geometry } from './geometry.js';
import { clusterOf, zeros } from './tables.js';
import type { ZeroLook } from './zero-look.js';

const asZeros = (entry: number): number => (entry | zeros) >>> 0;
const asZerosWithoutRoom = (entry: number): number => (clusterOf(entry) === 0 ? asZeros(entry) : zeros);
/** Where nothing is below, what is not allocated reads as zeros already. */
const discarded = (entry: number): number => (clusterOf(entry) === 0 ? entry : zeros);

export class ZeroClusters {
  constructor(
    private readonly geometry: Geometry,
    private readonly refcounts: CachedRefcounts,
    private readonly mapping: CachedMapping,
    private readonly look: ZeroLook,
    private readonly hasBacking: boolean,
  ) {}

  /** How much of a write of zeros or of a discard is done in one go: up to the end of a cluster it begins within, whole clusters, or the rest. */
  pieceOf(offset: Bytes, bytes: Bytes): Bytes {
    const { clusterBytes } = this.geometry;
    const head = offset % clusterBytes;
    if (head > 0) return Math.min(bytes, clusterBytes - head);
    const tail = bytes % clusterBytes;
    return bytes > clusterBytes ? bytes - tail : bytes;
  }

  /**
   * Has a piece read as zeros. Answers false, with nothing changed, where it is a part of a cluster with something else in it: that is to
   * be written as data.
   */
  write(plan: Plan, offset: Bytes, bytes: Bytes, mayUnmap: boolean): boolean {
    const { clusterBytes, diskBytes } = this.geometry;
    const head = offset % clusterBytes;
    const end = offset + bytes;
    const tail = end === diskBytes ? 0 : (clusterBytes - (end % clusterBytes)) % clusterBytes;
    if (!this.look.isAllZeros(plan, offset - head, head) || !this.look.isAllZeros(plan, end, tail)) return false;
    this.change(plan, (offset - head) / clusterBytes, Math.ceil(end / clusterBytes), mayUnmap ? asZerosWithoutRoom : asZeros);
    return true;
  }

  /** Lets go of the clusters that lie within a range as a whole; the disk's last one may be short. */
  discard(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const piece = this.pieceOf(at, offset + bytes - at);
      this.discardPiece(plan, at, at + piece);
      at += piece;
    }
  }

  private discardPiece(plan: Plan, start: Bytes, end: Bytes): void {
    const { clusterBytes, diskBytes } = this.geometry;
    const last = end === diskBytes ? Math.ceil(end / clusterBytes) : Math.floor(end / clusterBytes);
    this.change(plan, Math.ceil(start / clusterBytes), last, this.hasBacking ? asZerosWithoutRoom : discarded);
  }

  private change(plan: Plan, first: number, end: number, entryAfter: (entry: number) => number): void {
    if (first >= end) return;
    this.refcounts.keepPunches();
    this.mapping.change(plan, first, end, entryAfter, this.letGo);
    this.refcounts.punch(plan);
  }

  private readonly letGo = (plan: Plan, cluster: number): void => this.refcounts.release(plan, cluster, 1);
}
