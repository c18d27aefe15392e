/**
 * Where things lie in a monolithic sparse VMDK: header, descriptor, two copies of the grain directory each with its grain tables, then
 * grains of 64 KiB in order of first write. Pure arithmetic. Source: the published VMDK specification, recorded images.
 */
import { KiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import { AllocationTable } from '../allocation-table.js';

export const grainBytes: Bytes = 64 * KiB;
export const grainsPerTable = 512;
const entryBytes: Bytes = 4;
export const grainTableBytes: Bytes = grainsPerTable * entryBytes;
export const grainEntryBytes: Bytes = entryBytes;
/** Guest bytes under one grain table. */
const tableSpan: Bytes = grainsPerTable * grainBytes;
/** The header behind its magic number. */
export const magicBytes: Bytes = 4;
export const descriptor = { offset: 512, bytes: 20 * sectorBytes } as const;

/** Geometry that a descriptor states. */
export const descriptorGeometry = { heads: 16, sectorsPerTrack: 63 } as const;
const sectorsPerCylinder = descriptorGeometry.heads * descriptorGeometry.sectorsPerTrack;

export class VmdkLayout {
  readonly table: AllocationTable;
  readonly tables: number;
  /** A grain directory, in whole sectors. */
  readonly directorySectorsBytes: Bytes;
  readonly directoryBytes: Bytes;
  /** The copies in the order of the file; releases differ in which of them is the first to be used. */
  readonly directories: readonly [Bytes, Bytes];
  readonly firstGrain: Bytes;

  constructor(diskBytes: Bytes) {
    this.tables = Math.ceil(diskBytes / tableSpan);
    this.directoryBytes = this.tables * entryBytes;
    this.directorySectorsBytes = Math.ceil(this.directoryBytes / sectorBytes) * sectorBytes;
    const copyBytes = this.directorySectorsBytes + this.tables * grainTableBytes;
    const first = descriptor.offset + descriptor.bytes;
    this.directories = [first, first + copyBytes];
    this.firstGrain = Math.ceil((first + 2 * copyBytes) / grainBytes) * grainBytes;
    this.table = new AllocationTable(grainBytes, diskBytes, this.firstGrain);
  }

  tableAt(offset: Bytes): number {
    return Math.floor(offset / tableSpan);
  }

  /** Place of a grain table in the copy whose directory is at `directory`. */
  placeOfTable(directory: Bytes, table: number): Bytes {
    return directory + this.directorySectorsBytes + table * grainTableBytes;
  }

  /** Place of the entry for `offset` in the copy whose directory is at `directory`. */
  placeOfEntry(directory: Bytes, offset: Bytes): Bytes {
    const grain = Math.floor((offset % tableSpan) / grainBytes);
    return this.placeOfTable(directory, this.tableAt(offset)) + grain * entryBytes;
  }
}

export const cylindersOf = (diskBytes: Bytes): number => Math.floor(diskBytes / sectorBytes / sectorsPerCylinder);

/** Length of a new descriptor: `textBytes` of the release's own, the disk's sectors and cylinders in decimal, and the file's name. */
export function descriptorBytes(textBytes: Bytes, diskBytes: Bytes, fileName: string): Bytes {
  const sectors = diskBytes / sectorBytes;
  return textBytes + String(sectors).length + String(cylindersOf(diskBytes)).length + fileName.length;
}
