/** The work that an FVD image does in the background: saves of what was read, and prefetching. It puts the parts together and knows no layouts. */
import { RandomStream } from '../../../sim/random.js';
import type { Bytes } from '../../../sim/units.js';
import type { BackgroundTask } from '../../io/background-task.js';
import type { ImageFormat } from '../../io/image-format.js';
import { Mode, NONE, type Plan } from '../../io/plan.js';
import { readBackingBlocking } from '../backing.js';
import type { RangeLocks } from '../range-locks.js';
import { BlockCopier, type CopyTarget } from './block-copier.js';
import { SaveQueue, SaveTask, type SaveSettings } from './copy-on-read.js';
import { Prefetch, type PrefetchSettings, type PrefetchTarget } from './prefetch.js';
import type { PrefetchGovernor } from '../../prefetch/governor.js';
import { PrefetchOrder, type ProfileRange } from './prefetch-order.js';

/** Saves that are written at once. No source bounds them; this is an assumption. */
const savesAtOnce = 16;

export interface PrefetchPlan extends PrefetchSettings {
  readonly chunkBytes: Bytes;
  readonly profile: readonly ProfileRange[];
  readonly takesWholeImage: boolean;
  governor(random: RandomStream): PrefetchGovernor;
  /** The consumer's, where its limits are its own. */
  writeGovernor(random: RandomStream): PrefetchGovernor;
}

export interface CopySettings {
  /** Null where nothing is saved. */
  readonly saves: SaveSettings | null;
  /** Null where nothing is prefetched. */
  readonly prefetch: PrefetchPlan | null;
}

/** Request ids that the tasks of such settings need. */
export const idsOf = ({ saves, prefetch }: CopySettings): number => (saves === null ? 0 : savesAtOnce) + (prefetch === null ? 0 : 2);

export class BackgroundCopies {
  readonly tasks: BackgroundTask[] = [];
  /** Null where nothing is saved. */
  readonly queue: SaveQueue | null;
  private readonly prefetch: Prefetch | null;

  /**
   * @param firstId request id of the first task
   * @param limit end of what lies below
   * @param seed of the random pauses
   */
  constructor(
    { saves, prefetch }: CopySettings,
    target: CopyTarget & PrefetchTarget,
    locks: RangeLocks,
    limit: Bytes,
    firstId: number,
    seed: number | string,
  ) {
    const ids = idsOf({ saves, prefetch });
    const copier = new BlockCopier(target, locks, limit, firstId + ids);
    this.queue = saves === null ? null : new SaveQueue(saves);
    for (let i = 0; this.queue !== null && i < savesAtOnce; i++) this.tasks.push(new SaveTask(firstId + i, this.queue, copier));
    if (prefetch === null) {
      this.prefetch = null;
      return;
    }
    const order = new PrefetchOrder(target.present, limit, prefetch.chunkBytes, prefetch.profile, prefetch.takesWholeImage);
    const random = new RandomStream(seed, 'prefetch pauses');
    const governors = [prefetch.governor(random), prefetch.writeGovernor(random)] as const;
    this.prefetch = new Prefetch(prefetch, order, target, copier, firstId + ids - 1, ...governors);
    this.tasks.push(this.prefetch.producer, this.prefetch.consumer);
  }

  opened(): void {
    this.prefetch?.opened();
  }

  /** What waits to be saved is given up. */
  closed(): void {
    this.queue?.clear();
    this.prefetch?.closed();
  }
}

/** Appends the reads of a range from below one after another, in as few pieces as the backing image's layout allows, holding up nobody. */
export function readBelowInBackground(backing: ImageFormat, ownFiles: number, plan: Plan, offset: Bytes, bytes: Bytes): void {
  const first = plan.size;
  const firstRow = plan.contents?.size ?? 0;
  readBackingBlocking(backing, ownFiles, plan, offset, bytes);
  if (plan.contents !== null) plan.contents.size = firstRow;
  let last = first - 1;
  for (let i = first; i < plan.size; i++) {
    const goesOn =
      last >= first &&
      plan.kind[i] === plan.kind[last] &&
      plan.purpose[i] === plan.purpose[last] &&
      plan.file[i] === plan.file[last] &&
      plan.offset[i] === plan.offset[last]! + plan.bytes[last]!;
    if (goesOn) {
      plan.bytes[last]! += plan.bytes[i]!;
      continue;
    }
    last += 1;
    plan.kind[last] = plan.kind[i]!;
    plan.purpose[last] = plan.purpose[i]!;
    plan.file[last] = plan.file[i]!;
    plan.offset[last] = plan.offset[i]!;
    plan.bytes[last] = plan.bytes[i]!;
    plan.mode[last] = Mode.ASYNC;
    plan.after[last] = last === first ? NONE : last - 1;
  }
  plan.size = last + 1;
}
