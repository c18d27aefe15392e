/**
 * One piece of work under way in a mounted file system: a request, or the file system's own (flusher, commit, checkpoint). It remembers where it is while it waits. It knows no rule:
 * its program does, which goes on from `step` whenever what it waited for is there.
 */
import type { Timer } from '../../../sim/kernel.js';
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import { FilePart, fileParts, type FileRequest } from '../file-system.js';
import { RunList } from '../run-list.js';
import { NO_INODE } from './inode-columns.js';
import { MetadataList } from './metadata-list.js';
import { NO_PAGE, type PageColumns } from './page-columns.js';

export interface Program {
  /** Goes on as far as it can; when it returns the activity waits for something or is finished. */
  run(activity: Activity): void;
}

/** How much of a file a write to the device has to make durable before it is done. */
export const enum Durable {
  /** Data only, found with metadata that need not be. */
  DATA = 0,
  /** And what is needed to read it back. */
  NEEDED = 1,
  /** And the time stamps. */
  ALL = 2,
}

export class Activity {
  request: FileRequest | null = null;
  program: Program | null = null;
  step = 0;
  inode = NO_INODE;
  /** Where it is in what it works on, and where that ends: bytes or pages, as the program says. */
  cursor: Bytes;
  end: Bytes;
  /** Where a piece ends that is being worked on. */
  pieceEnd: Bytes;
  /** Pages that it may still write, or wants to read. */
  budget = 0;
  /** Its own I/Os under way. */
  outstanding = 0;
  readonly metadata: MetadataList;
  readonly runs = new RunList();
  durable = Durable.NEEDED;
  /** It changes metadata: the running transaction stays open. */
  hasHandle = false;
  holdsLock = false;
  /** Blocks are being found for pages that wait for their place. */
  isPlacing = false;
  /** Pages that a write covers in part and must be read before; -1: none. */
  fillFirst = -1;
  fillLast = -1;
  /** The page that was last found missing from memory; -1: none. */
  missed = -1;
  /** What it waits for: a page, an inode, a transaction. */
  waitsForPage = NO_PAGE;
  waitsForInode = NO_INODE;
  waitsForCommit = 0;
  /** Where its waiting counts. */
  waitsIn = FilePart.CONFLICT;
  since: Nanoseconds;
  spent = new Float64Array(fileParts);
  /** In lists of those that wait or are ready. */
  next: Activity | null = null;
  /** Fires when its own processor time is over. */
  timer: Timer | null = null;

  constructor(pages: PageColumns) {
    this.metadata = new MetadataList(pages);
    this.cursor = this.end = this.pieceEnd = this.since = 0.5;
    this.cursor = this.end = this.pieceEnd = this.since = 0;
  }
}
