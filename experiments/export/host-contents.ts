/**
 * What stands in the files of an image: each sector of guest data with the number of the operation that wrote it. Plans are carried out
 * on it entry by entry. It knows no format; a format's own records stand as zeros.
 */
import { Content, Kind, type FileId, type Plan } from '../../models/io/plan.js';
import { sectorBytes, type Bytes } from '../../sim/units.js';

/** Sectors that are kept together. */
const pageSectors = 128;
export const pageBytes: Bytes = pageSectors * sectorBytes;
const zeros = 0;

/** The byte that fills what operation `index` (from 0) wrote: 1 to 255, so that it differs from zeros. */
export const patternByte = (index: number): number => (index % 255) + 1;

export class HostContents {
  /** By file and page: for each sector the operation's index plus one, or zeros. */
  private readonly files: Map<number, Uint32Array>[] = [];

  /** Carries out the writes of one step. `index` is the number of the operation whose data they bring. */
  carryOut(plan: Plan, index: number): void {
    const rows = this.rowsByEntry(plan);
    for (let i = 0; i < plan.size; i++) {
      const [kind, file, offset] = [plan.kind[i] as Kind, plan.file[i]!, plan.offset[i]!];
      if (kind === Kind.PUNCH) this.set(file, offset, plan.bytes[i]!, () => zeros);
      if (kind === Kind.WRITE || kind === Kind.ZERO) for (const row of rows[i]!) this.carryOutRow(plan, row, file, offset, index + 1);
    }
  }

  /** Fills `into` with what stands at `offset` of a file: zeros, and guest data as a pattern. Answers whether there is any data. */
  fill(into: Uint8Array, file: FileId, offset: Bytes): boolean {
    let hasData = false;
    into.fill(0);
    for (let at = 0; at < into.length; at += sectorBytes) {
      const mark = this.get(file, (offset + at) / sectorBytes);
      if (mark === zeros) continue;
      hasData = true;
      into.fill(patternByte(mark - 1), at, Math.min(at + sectorBytes, into.length));
    }
    return hasData;
  }

  private rowsByEntry({ contents, size }: Plan): number[][] {
    const rows = Array.from({ length: size }, (): number[] => []);
    for (let k = 0; k < contents!.size; k++) rows[contents!.entry[k]!]?.push(k);
    return rows;
  }

  private carryOutRow(plan: Plan, row: number, file: FileId, offset: Bytes, mark: number): void {
    const { from, bytes, what, source, sourceFile } = plan.contents!;
    const [start, end, copiedFile] = [offset + from[row]!, offset + from[row]! + bytes[row]!, sourceFile[row]!];
    const copiedFrom = Math.ceil(source[row]! / sectorBytes);
    switch (what[row]!) {
      case Content.GUEST:
        this.set(file, start, end - start, () => mark);
        break;
      case Content.COPY:
        this.setWithin(file, start, end, (k) => this.get(copiedFile, copiedFrom + k));
        break;
      case Content.ZEROS:
        this.setWithin(file, start, end, () => zeros);
        break;
      default:
        this.set(file, start, end - start, () => zeros);
    }
  }

  /** Marks the sectors that lie within a range as a whole: what is beside data in a sector does not make it another's. */
  private setWithin(file: FileId, start: Bytes, end: Bytes, markOf: (k: number) => number): void {
    const first = Math.ceil(start / sectorBytes) * sectorBytes;
    const last = Math.floor(end / sectorBytes) * sectorBytes;
    if (last > first) this.set(file, first, last - first, markOf);
  }

  private get(file: FileId, sector: number): number {
    return this.files[file]?.get(Math.floor(sector / pageSectors))?.[sector % pageSectors] ?? zeros;
  }

  /** Marks the sectors that a range touches; `markOf` is told how far from the first one each is. */
  private set(file: FileId, offset: Bytes, bytes: Bytes, markOf: (k: number) => number): void {
    while (this.files.length <= file) this.files.push(new Map());
    const pages = this.files[file]!;
    const first = Math.floor(offset / sectorBytes);
    const end = Math.ceil((offset + bytes) / sectorBytes);
    for (let sector = first; sector < end; sector++) {
      const mark = markOf(sector - first);
      const number = Math.floor(sector / pageSectors);
      let page = pages.get(number);
      if (page === undefined) {
        if (mark === zeros) continue;
        pages.set(number, (page = new Uint32Array(pageSectors)));
      }
      page[sector % pageSectors] = mark;
    }
  }
}
