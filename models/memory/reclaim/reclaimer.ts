/**
 * Drops snapshots that a policy does not keep, beside the guest: their pages that a child lacks are read and written to the child's file, on
 * the disk that the guest uses too. Within a stretch of targets the youngest goes first, as the paper merges B and then A into C.
 */
import type { Scenario } from '../../../sim/process.js';
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import { fullEntryBytes, type MemoryImage } from '../memory-image.js';
import type { SnapshotFile } from '../snapshot-file.js';
import type { SnapshotHost } from '../snapshot-host.js';
import type { ReclaimPolicy } from './reclaim-policy.js';

/** What is read and written at once. */
const batchBytes: Bytes = 256 * fullEntryBytes;

export class Reclaimer {
  dropped = 0;
  pagesMoved = 0;
  /** Snapshots that one can go back to, the oldest first. */
  readonly kept: MemoryImage[] = [];
  private readonly numberOf = new Map<MemoryImage, number>();
  private taken = 0;
  private isStopped = false;

  constructor(
    private readonly host: SnapshotHost,
    private readonly file: SnapshotFile,
    private readonly policy: ReclaimPolicy,
  ) {}

  /** Looks at the chain at an interval, until it is told to stop. */
  *run(interval: Nanoseconds): Scenario {
    while (!this.isStopped) {
      yield interval;
      yield* this.reclaim();
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Bytes of all files of the chain. */
  get space(): Bytes {
    return this.kept.reduce((sum, image) => sum + image.bytes, 0);
  }

  /** Drops what the policy does not keep now. The newest snapshot stays: the next epoch builds on it. */
  *reclaim(): Scenario {
    this.takeIn();
    const { kept, host } = this;
    for (let i = kept.length - 2; i >= 0; i--) {
      const target = kept[i]!;
      if (this.policy.keeps(this.numberOf.get(target)!, host.kernel.now - target.instant)) continue;
      const child = kept[i + 1]!;
      kept.splice(i, 1);
      this.dropped += 1;
      // A child that is full builds on nothing that goes.
      if (child.father === target) yield* this.merge(child);
    }
  }

  /** Snapshots that were taken since the last time. */
  private takeIn(): void {
    for (const image of this.host.images.slice(this.taken)) {
      this.numberOf.set(image, this.taken++);
      this.kept.push(image);
    }
  }

  private *merge(child: MemoryImage): Scenario {
    const before = child.bytes;
    this.pagesMoved += child.absorbFather();
    for (let rest = child.bytes - before; rest > 0; rest -= batchBytes) {
      const bytes = Math.min(rest, batchBytes);
      yield* this.file.read(0, bytes);
      yield* this.file.write(bytes);
    }
  }
}
