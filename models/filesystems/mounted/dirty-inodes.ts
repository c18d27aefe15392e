/**
 * Queues of dirty inodes: those that wait, by the age of their oldest change, and those whose turn of being written back has come. It decides nothing.
 */
import type { Nanoseconds } from '../../../sim/units.js';
import { Inode, NO_INODE, type InodeColumns } from './inode-columns.js';

export const enum Queue {
  NONE = 0,
  WAITING = 1,
  TURN = 2,
}

export class DirtyInodes {
  private readonly first = new Int32Array(3).fill(NO_INODE);
  private readonly last = new Int32Array(3).fill(NO_INODE);

  constructor(private readonly inodes: InodeColumns) {}

  head(queue: Queue): number {
    return this.first[queue]!;
  }

  /** The inode became dirty now. */
  dirtied(inode: number, now: Nanoseconds): void {
    if (this.inodes.get(inode, Inode.QUEUE) !== Queue.NONE) return;
    this.inodes.dirtiedAt[inode] = now;
    this.append(inode, Queue.WAITING);
  }

  /** To the end of a queue. */
  move(inode: number, queue: Queue): void {
    this.remove(inode);
    this.append(inode, queue);
  }

  remove(inode: number): void {
    const { inodes } = this;
    const queue = inodes.get(inode, Inode.QUEUE);
    if (queue === Queue.NONE) return;
    const next = inodes.get(inode, Inode.QUEUE_NEXT);
    const previous = inodes.get(inode, Inode.QUEUE_PREVIOUS);
    if (previous === NO_INODE) this.first[queue] = next;
    else inodes.set(previous, Inode.QUEUE_NEXT, next);
    if (next === NO_INODE) this.last[queue] = previous;
    else inodes.set(next, Inode.QUEUE_PREVIOUS, previous);
    inodes.set(inode, Inode.QUEUE, Queue.NONE);
  }

  private append(inode: number, queue: Queue): void {
    const { inodes } = this;
    const last = this.last[queue]!;
    inodes.set(inode, Inode.QUEUE, queue);
    inodes.set(inode, Inode.QUEUE_PREVIOUS, last);
    inodes.set(inode, Inode.QUEUE_NEXT, NO_INODE);
    if (last === NO_INODE) this.first[queue] = inode;
    else inodes.set(last, Inode.QUEUE_NEXT, inode);
    this.last[queue] = inode;
  }
}
