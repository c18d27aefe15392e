/** Files of a host as sectors, each with what it holds. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { HostWrite } from './events.js';
import type { Cell } from './recovery.js';

export class HostFiles {
  private readonly files: Map<number, Cell>[] = [];
  private readonly sizes: Bytes[] = [];

  /** How long a file is. */
  size(file: number): Bytes {
    return this.sizes[file] ?? 0;
  }

  get(file: number, offset: Bytes): Cell {
    return this.files[file]?.get(offset / sectorBytes) ?? 0;
  }

  set(file: number, offset: Bytes, cell: Cell): void {
    while (this.files.length <= file) this.files.push(new Map());
    this.files[file]!.set(offset / sectorBytes, cell);
    this.sizes[file] = Math.max(this.size(file), offset + sectorBytes);
  }

  apply({ file, sectors }: HostWrite): void {
    for (const { offset, cell } of sectors) this.set(file, offset, cell);
  }

  truncate(file: number, bytes: Bytes): void {
    this.sizes[file] = bytes;
    const sectors = this.files[file];
    if (sectors === undefined) return;
    for (const sector of [...sectors.keys()]) if (sector * sectorBytes >= bytes) sectors.delete(sector);
  }
}
