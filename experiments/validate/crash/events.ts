/** What happens on the host while a script of operations runs, in order, each write with what it holds. It knows no format and no crash. */
import type { Bytes } from '../../../sim/units.js';
import type { Op } from '../../../models/io/image-format.js';
import type { Cell } from './recovery.js';

/** Work of the image's own, between requests. */
export const BACKGROUND = 'background';

/** A guest's or a manager's operation, or the image's own work; the mark tells a write's data from all others. */
export interface Request {
  readonly op: Op | typeof BACKGROUND;
  readonly offset: Bytes;
  readonly bytes: Bytes;
  readonly name: string;
  readonly mark: number;
}

export interface HostWrite {
  readonly file: number;
  readonly sectors: readonly { readonly offset: Bytes; readonly cell: Cell }[];
}

export type CrashEvent =
  | { readonly kind: 'begin' | 'end'; readonly request: Request }
  | { readonly kind: 'issue' | 'done'; readonly write: HostWrite }
  | { readonly kind: 'flush'; readonly file: number }
  /** The file is cut to `bytes` or made longer: done at once, in the host file system's journal. */
  | { readonly kind: 'truncate'; readonly file: number; readonly bytes: Bytes };

/** The mark that a request's data has in a sector of the disk. */
export const markOf = (mark: number, guestSector: number): number => mark * 100_000 + guestSector;
