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
   * is written last, and so mapped last. Copies of further pieces begin when the tables are free again: after that. Answers whether all
   * are mapped: not where it plans copies, which are to be done by the next call.
   */
  link(plan: Plan, pieces: Pieces, end: number): boolean {
    for (let first = pieces.linked; first < end; first = endOfRun(pieces, first)) {
      pieces.isLate[first] = pieces.isCopyPlanned[nextToMap(pieces, first)] === true;
      if (!pieces.isLate[first]) this.linkRun(plan, pieces, first);
    }
    for (let first = pieces.linked; first < end; first = endOfRun(pieces, first)) {
      if (pieces.isLate[first]) this.linkRun(plan, pieces, first);
    }
    let isDone = true;
    for (let first = pieces.linked; first < end; first = endOfRun(pieces, first)) {
      const next = nextToMap(pieces, first);
      if (next < first) continue;
      this.writer.copy(plan, pieces, next);
      isDone = false;
    }
    if (isDone) pieces.linked = end;
    return isDone;
  }

  /** Maps the pieces of a run up to one that is to be copied first. */
  private linkRun(plan: Plan, pieces: Pieces, first: number): void {
    for (let i = nextToMap(pieces, first); i >= first; i = nextToMap(pieces, first)) {
      if (pieces.isCopied[i] && !pieces.isCopyPlanned[i]) return;
      this.linkPiece(plan, pieces, i);
      pieces.isNew[i] = false;
    }
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
