/** Sizes of a trace's requests, and how many follow on from the one before. */
import { sectorBytes, type Bytes } from '../../sim/units.js';
import { TraceOp, type TraceBatch } from '../../traces/batch.js';

export interface Sizes {
  readonly min: Bytes;
  readonly mean: Bytes;
  readonly max: Bytes;
  readonly totalBytes: Bytes;
  /** The commonest first, at most three, with their share of the requests. */
  readonly mostCommon: readonly { readonly bytes: Bytes; readonly share: number }[];
}

/** Requests by size: those above the bucket before and up to `upTo`, a power of two from 512 on. */
export interface SizeBucket {
  readonly upTo: Bytes;
  readonly reads: number;
  readonly writes: number;
}

/** So many different sizes are told apart; those first seen later are in the totals only. */
const distinctSizesMax = 65_536;

const bucketsMax = 46; // up to 2^54 bytes
/** So many runs are followed at once: files that are read side by side. */
const streamsMax = 16;

class OneKind {
  count = 0;
  totalBytes = 0;
  min = Infinity;
  max = 0;
  readonly bySize = new Map<Bytes, number>();
  /** Requests of up to 512 * 2^i bytes, and more than half of that. */
  readonly byBucket = new Float64Array(bucketsMax);

  add(bytes: Bytes): void {
    this.count++;
    this.totalBytes += bytes;
    this.min = Math.min(this.min, bytes);
    this.max = Math.max(this.max, bytes);
    this.byBucket[Math.max(0, Math.ceil(Math.log2(bytes / sectorBytes)))]!++;
    const count = this.bySize.get(bytes) ?? 0;
    if (count > 0 || this.bySize.size < distinctSizesMax) this.bySize.set(bytes, count + 1);
  }
}

export class SizePass {
  /** Reads and writes that begin where the one before them ended. */
  sequential = 0;
  /** Those that begin where one of the last sixteen runs ended: streams that go on side by side count as well. */
  sequentialInStreams = 0;
  private readonly streamEnds = new Float64Array(streamsMax).fill(-1);
  private oldestStream = 0;
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
      this.follow(offset, this.lastEnd);
      this.kinds[op]!.add(batch.bytes[i]!);
    }
  }

  /** Goes on with the run that ended at `offset`, or begins one in place of the oldest. */
  private follow(offset: Bytes, end: Bytes): void {
    const { streamEnds } = this;
    const stream = streamEnds.indexOf(offset);
    if (stream >= 0) {
      this.sequentialInStreams++;
      streamEnds[stream] = end;
      return;
    }
    streamEnds[this.oldestStream] = end;
    this.oldestStream = (this.oldestStream + 1) % streamsMax;
  }

  /** From the smallest to the largest that occurs. */
  get buckets(): readonly SizeBucket[] {
    const [reads, writes] = [this.kinds[TraceOp.READ]!.byBucket, this.kinds[TraceOp.WRITE]!.byBucket];
    const all = Array.from({ length: bucketsMax }, (_, i) => ({ upTo: sectorBytes * 2 ** i, reads: reads[i]!, writes: writes[i]! }));
    const isUsed = ({ reads, writes }: SizeBucket): boolean => reads + writes > 0;
    return all.slice(Math.max(0, all.findIndex(isUsed)), all.findLastIndex(isUsed) + 1);
  }

  /** Null where there is no such request. */
  of(op: TraceOp.READ | TraceOp.WRITE): Sizes | null {
    const { count, totalBytes, min, max, bySize } = this.kinds[op]!;
    if (count === 0) return null;
    const common = [...bySize].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 3);
    return { min, max, mean: totalBytes / count, totalBytes, mostCommon: common.map(([bytes, n]) => ({ bytes, share: n / count })) };
  }
}
