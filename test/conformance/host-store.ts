/** A plain host for the conformance suite: files as sectors, each with a mark of what was last written there. It knows no format. */
import { Content, type ContentRows, type Kind, type Plan } from '../../models/io/plan.js';

export const sector = 512;
/** Marks: 0 for zeros, positive for guest data, this for a format's own records. */
const ownRecord = -1;

/** One entry taken out of a plan, so that it can be carried out later. */
export interface TakenEntry {
  readonly kind: Kind;
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
  readonly rows: readonly { from: number; bytes: number; what: Content; file: number; source: number }[];
}

export function takeEntry(plan: Plan, i: number): TakenEntry {
  const contents: ContentRows = plan.contents!;
  const rows = [];
  for (let k = 0; k < contents.size; k++) {
    if (contents.entry[k] !== i) continue;
    const [from, bytes, what] = [contents.from[k]!, contents.bytes[k]!, contents.what[k]!];
    rows.push({ from, bytes, what, file: contents.sourceFile[k]!, source: contents.source[k]! });
  }
  return { kind: plan.kind[i]!, file: plan.file[i]!, offset: plan.offset[i]!, bytes: plan.bytes[i]!, rows };
}

export class HostStore {
  private readonly files: Map<number, number>[] = [];

  get(file: number, offset: number): number {
    return this.files[file]?.get(offset / sector) ?? 0;
  }

  set(file: number, offset: number, mark: number): void {
    while (this.files.length <= file) this.files.push(new Map());
    this.files[file]!.set(offset / sector, mark);
  }

  /** Makes a hole. */
  punch({ file, offset, bytes }: TakenEntry): void {
    for (let at = 0; at < bytes; at += sector) if (this.get(file, offset + at) !== 0) this.set(file, offset + at, 0);
  }

  /** Carries a write out; `markOf` says what the guest's request brings for a place on the disk. */
  write(entry: TakenEntry, markOf: (guestOffset: number) => number): void {
    for (const row of entry.rows) {
      const start = entry.offset + row.from;
      if (row.what === Content.METADATA) {
        for (let at = start - (start % sector); at < start + row.bytes; at += sector) this.set(entry.file, at, ownRecord);
        continue;
      }
      for (let at = 0; at < row.bytes; at += sector) {
        const mark =
          row.what === Content.ZEROS ? 0 : row.what === Content.GUEST ? markOf(row.source + at) : this.get(row.file, row.source + at);
        this.set(entry.file, start + at, mark);
      }
    }
  }
}
