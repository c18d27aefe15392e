/**
 * The flusher thread (pdflush and its per-device successor): it wakes up every `flusherPeriod` and writes back the files whose oldest change is older than `expireAge`; while more than the
 * background share of memory is dirty it works without pause, oldest file first. It looks at how much is dirty after every `turnBytes`, be they of one file or of many; a file that has more
 * is written on from there in another turn, after the others.
 */
import type { Timer } from '../../../sim/kernel.js';
import type { Nanoseconds } from '../../../sim/units.js';
import { Mode } from '../../io/plan.js';
import type { Activity, Program } from './activity.js';
import { Queue } from './dirty-inodes.js';
import { Inode, NO_INODE } from './inode-columns.js';
import type { Mount } from './mount.js';
import { Unplaced, type WriteBack } from './write-back.js';

const enum Step {
  REST = 0,
  CHOOSE = 1,
  WRITE = 2,
}

export class Flusher implements Program {
  private readonly activity: Activity;
  private readonly alarm: Timer;
  /** It woke up by the clock: old files are to have their turn; and it is about that round, which goes on until none is left. */
  private isDue = false;
  private isInRound = false;
  private before = 0;
  /** Pages until it looks again at how much is dirty, and what it saw. */
  private left = 0;
  private wasOver = false;

  constructor(
    private readonly mount: Mount,
    private readonly writeBack: WriteBack,
  ) {
    this.activity = mount.makeActivity();
    this.activity.program = this;
    this.alarm = mount.kernel.timer(() => this.tick());
  }

  run(activity: Activity): void {
    for (;;) {
      if (activity.step !== Step.WRITE && !this.choose(activity)) {
        activity.step = Step.REST;
        this.left = 0;
        return;
      }
      activity.step = Step.WRITE;
      if (!this.writeBack.write(activity, activity.inode, Mode.BACKGROUND, Unplaced.PLACE)) return;
      activity.step = Step.CHOOSE;
      if (!this.endTurn(activity)) return;
    }
  }

  private get isOverBackground(): boolean {
    return this.mount.cache.dirty > this.mount.backgroundLimit || !this.mount.waits.memory.isEmpty;
  }

  /** Pages became dirty, or somebody waits for less of them. */
  soiled(): void {
    const { flusherPeriod } = this.mount.settings;
    if (!this.alarm.pending) this.alarm.startAt((Math.floor(this.mount.kernel.now / flusherPeriod) + 1) * flusherPeriod);
    if (this.activity.step === Step.REST && this.isOverBackground) this.start();
  }

  private tick(): void {
    this.isDue = this.isInRound = true;
    if (this.mount.cache.dirty > 0) this.alarm.start(this.mount.settings.flusherPeriod);
    if (this.activity.step === Step.REST) this.start();
    this.mount.settled();
  }

  private start(): void {
    this.activity.step = Step.CHOOSE;
    this.mount.begin(this.activity);
  }

  /** The next inode to write, and from where on; false where there is nothing to do. */
  private choose(activity: Activity): boolean {
    const { cache, settings, kernel } = this.mount;
    if (this.isDue) this.fillTurns(kernel.now - settings.expireAge);
    this.isDue = false;
    if (this.left === 0) this.look();
    const isOver = this.wasOver;
    if (isOver && cache.dirtyInodes.head(Queue.TURN) === NO_INODE) this.fillTurns(Infinity);
    const inode = cache.dirtyInodes.head(Queue.TURN);
    if (inode === NO_INODE) this.isInRound = false;
    if (inode === NO_INODE || !(isOver || this.isInRound)) return false;
    activity.inode = inode;
    cache.inodes.add(inode, Inode.USERS, 1);
    this.before = activity.budget = this.left;
    const from = cache.inodes.get(inode, Inode.WRITE_FROM);
    cache.dirtyPages.sort(inode);
    activity.cursor = cache.pages.index[cache.inodes.get(inode, Inode.LAST_DIRTY)]! < from ? 0 : from;
    return true;
  }

  private look(): void {
    const { settings, blockBytes } = this.mount;
    this.wasOver = this.isOverBackground;
    this.left = Math.max(1, Math.floor(settings.turnBytes / blockBytes));
  }

  /** Files whose oldest change was made until `last` have a turn. */
  private fillTurns(last: Nanoseconds): void {
    const { dirtyInodes, inodes } = this.mount.cache;
    for (;;) {
      const inode = dirtyInodes.head(Queue.WAITING);
      if (inode === NO_INODE || inodes.dirtiedAt[inode]! > last) return;
      dirtyInodes.move(inode, Queue.TURN);
    }
  }

  /** A file that still has dirty pages has another turn after the others. False: all of them were changed while on their way, which the flusher waits for. */
  private endTurn(activity: Activity): boolean {
    const { cache } = this.mount;
    const { inode } = activity;
    this.left = activity.budget;
    cache.inodes.set(inode, Inode.WRITE_FROM, activity.budget === 0 ? activity.cursor : 0);
    cache.inodes.add(inode, Inode.USERS, -1);
    if (cache.inodes.get(inode, Inode.DIRTY) === 0) {
      cache.inodes.drop(inode, cache.committed);
      return true;
    }
    cache.dirtyInodes.move(inode, Queue.TURN);
    return activity.budget < this.before || this.mount.isIdle(activity, inode);
  }
}
