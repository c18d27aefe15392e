/**
 * Maps what was taken for a request, once its data is written: L2 entries, after the counts that they need, and lets go of what they
 * replace. It knows no requests.
 */
import type { Plan } from '../../io/plan.js';
import type { CachedMapping } from './cached-mapping.js';
import type { CachedRefcounts } from './cached-refcounts.js';
import type { Geometry } from './geometry.js';
import { endOfRun, nextToMap, type Pieces } from './run-pieces.js';
import type { RunWriter } from './run-writer.js';
import { clusterOf } from './tables.js';

export class RunLinker {
  private readonly replaced: number[] = [];

  constructor(
    private readonly geometry: Geometry,
    private readonly refcounts: CachedRefcounts,
    private readonly mapping: CachedMapping,
    private readonly writer: RunWriter,
  ) {}

  /**
   * Maps the pieces from those mapped on up to `end`, run by run, and those of a run from the last on: a run of which a part was copied
   * is written last, and so mapped last. Answers whether all are mapped: not where it plans the copy of a piece, which is to be done by
   * the next call.
   */
  link(plan: Plan, pieces: Pieces, end: number): boolean {
    let isDone = true;
    for (let first = pieces.linked; first < end; first = endOfRun(pieces, first)) {
      pieces.isLate[first] = pieces.isCopyPlanned[nextToMap(pieces, first)] === true;
      if (!pieces.isLate[first]) isDone = this.linkRun(plan, pieces, first) && isDone;
    }
    for (let first = pieces.linked; first < end; first = endOfRun(pieces, first)) {
      if (pieces.isLate[first]) isDone = this.linkRun(plan, pieces, first) && isDone;
    }
    if (isDone) pieces.linked = end;
    return isDone;
  }

  private linkRun(plan: Plan, pieces: Pieces, first: number): boolean {
    for (let i = nextToMap(pieces, first); i >= first; i = nextToMap(pieces, first)) {
      if (pieces.isCopied[i] && !pieces.isCopyPlanned[i]) {
        this.writer.copy(plan, pieces, i);
        return false;
      }
      this.linkPiece(plan, pieces, i);
      pieces.isNew[i] = false;
    }
    return true;
  }

  private linkPiece(plan: Plan, pieces: Pieces, i: number): void {
    const { mapping, refcounts, replaced } = this;
    const { l2Bits, l2Entries } = this.geometry;
    const guest = pieces.guest[i]!;
    const clusters = pieces.clusters[i]!;
    const l1Index = Math.floor(guest / 2 ** l2Bits);
    const index = guest - l1Index * l2Entries;
    if (pieces.isCopied[i]) mapping.cache.setDependencyOnData();
    if (refcounts.mustComeFirst(plan)) mapping.cache.setDependency(plan, refcounts.cache);
    const table = mapping.own(plan, l1Index, index);
    let count = 0;
    for (let k = 0; k < clusters && !pieces.isKept[i]; k++) {
      const old = clusterOf(table[index + k]!);
      if (old !== 0) replaced[count++] = old;
    }
    mapping.link(plan, l1Index, index, pieces.host[i]!, clusters);
    for (let k = 0; k < count; k++) refcounts.decrease(plan, replaced[k]!, 1);
  }
}
