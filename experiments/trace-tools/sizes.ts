/** Sizes of a trace's requests, and how many follow on from the one before. */
import type { Bytes } from '../../sim/units.js';
import { TraceOp, type TraceBatch } from '../../traces/batch.js';

export interface Sizes {
  readonly min: Bytes;
  readonly mean: Bytes;
  readonly max: Bytes;
  readonly totalBytes: Bytes;
  /** The commonest first, at most three, with their share of the requests. */
  readonly mostCommon: readonly { readonly bytes: Bytes; readonly share: number }[];
}

/** So many different sizes are told apart; those first seen later are in the totals only. */
const distinctSizesMax = 65_536;

class OneKind {
  count = 0;
  totalBytes = 0;
  min = Infinity;
  max = 0;
  readonly bySize = new Map<Bytes, number>();

  add(bytes: Bytes): void {
    this.count++;
    this.totalBytes += bytes;
    this.min = Math.min(this.min, bytes);
    this.max = Math.max(this.max, bytes);
    const count = this.bySize.get(bytes) ?? 0;
    if (count > 0 || this.bySize.size < distinctSizesMax) this.bySize.set(bytes, count + 1);
  }
}

export class SizePass {
  /** Reads and writes that begin where the one before them ended. */
  sequential = 0;
  private readonly kinds = [new OneKind(), new OneKind()];
  private lastEnd = -1;

  /** Takes in the next records of the trace. */
  add(batch: TraceBatch): void {
    for (let i = 0; i < batch.size; i++) {
      const op = batch.op[i]!;
      if (op > TraceOp.WRITE) continue;
      const offset = batch.offset[i]!;
      if (offset === this.lastEnd) this.sequential++;
      this.lastEnd = offset + batch.bytes[i]!;
      this.kinds[op]!.add(batch.bytes[i]!);
    }
  }

  /** Null where there is no such request. */
  of(op: TraceOp.READ | TraceOp.WRITE): Sizes | null {
    const { count, totalBytes, min, max, bySize } = this.kinds[op]!;
    if (count === 0) return null;
    const common = [...bySize].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 3);
    return { min, max, mean: totalBytes / count, totalBytes, mostCommon: common.map(([bytes, n]) => ({ bytes, share: n / count })) };
  }
}
