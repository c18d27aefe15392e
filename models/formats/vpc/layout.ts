/**
 * Where things lie in a dynamic VHD: footer copy, header, block allocation table, then blocks, each behind a bitmap of its sectors, and
 * the footer behind the last one. The disk has the size that its drive geometry says. Pure arithmetic.
 * Source: the published VHD specification (appendix on the geometry), recorded images.
 */
import { InputError } from '../../../sim/errors.js';
import { formatBytes, MiB, sectorBytes, type Bytes, type Sectors } from '../../../sim/units.js';
import { AllocationTable } from '../allocation-table.js';

export const blockBytes: Bytes = 2 * MiB;
export const footerBytes: Bytes = 512;
export const headerBytes: Bytes = 1024;
export const bitmapBytes: Bytes = 512;
export const tableStart: Bytes = footerBytes + headerBytes;
export const entryBytes: Bytes = 4;

/** The largest disk that a drive geometry can say. */
const mostGeometrySectors: Sectors = 65535 * 16 * 255;
/** The most that table entries of 32 bits reach. */
const mostSectors: Sectors = 0xff000000;

export class VpcLayout {
  /** A place is a block with its bitmap in front. */
  readonly table: AllocationTable;
  readonly entries: number;

  constructor(readonly diskBytes: Bytes) {
    this.entries = Math.ceil(diskBytes / blockBytes);
    const firstBlock = tableStart + this.tableSectors * sectorBytes;
    this.table = new AllocationTable(blockBytes, diskBytes, firstBlock + bitmapBytes, bitmapBytes + blockBytes);
  }

  get tableSectors(): Sectors {
    return Math.ceil((this.entries * entryBytes) / sectorBytes);
  }

  get footer(): Bytes {
    return this.table.end - bitmapBytes;
  }

  bitmapOf(block: number): Bytes {
    return this.table.placeOf(block * blockBytes) - bitmapBytes;
  }

  /** What the tool writes to a new image, in order: offset and bytes of footer copy, footer, each sector of the table, header. */
  newParts(): readonly (readonly [Bytes, Bytes])[] {
    const table = Array.from({ length: this.tableSectors }, (_, i) => [tableStart + i * sectorBytes, sectorBytes] as const);
    return [[0, footerBytes], [this.footer, footerBytes], ...table, [footerBytes, headerBytes]];
  }

  entryOf(block: number): Bytes {
    return tableStart + block * entryBytes;
  }
}

/** A drive geometry. */
interface DriveGeometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/** The geometry that the specification gives a disk of `sectors`: it holds at most as many. */
function geometryFor(sectors: Sectors): DriveGeometry {
  let heads = 16;
  let sectorsPerTrack = 255;
  let tracks = Math.floor(sectors / sectorsPerTrack);
  if (sectors <= 65535 * 16 * 63) {
    sectorsPerTrack = 17;
    tracks = Math.floor(sectors / sectorsPerTrack);
    heads = Math.max(4, Math.floor((tracks + 1023) / 1024));
    if (tracks >= heads * 1024 || heads > 16) {
      sectorsPerTrack = 31;
      heads = 16;
      tracks = Math.floor(sectors / sectorsPerTrack);
    }
    if (tracks >= heads * 1024) {
      sectorsPerTrack = 63;
      heads = 16;
      tracks = Math.floor(sectors / sectorsPerTrack);
    }
  }
  return { cylinders: Math.floor(tracks / heads), heads, sectorsPerTrack };
}

const sectorsOf = ({ cylinders, heads, sectorsPerTrack }: DriveGeometry): Sectors => cylinders * heads * sectorsPerTrack;

/** The smallest geometry that holds `sectors`; null where there is none. */
function smallestGeometry(sectors: Sectors): DriveGeometry | null {
  if (sectors > mostGeometrySectors) return null;
  let asked = sectors;
  let geometry = geometryFor(asked);
  while (sectorsOf(geometry) < sectors) geometry = geometryFor(Math.min(++asked, mostGeometrySectors));
  return geometry;
}

/** The geometry in the footer of an image whose disk has `diskBytes`: the largest there is where none says that. */
export const footerGeometry = (diskBytes: Bytes): DriveGeometry =>
  smallestGeometry(diskBytes / sectorBytes) ?? geometryFor(mostGeometrySectors);

/** The smallest disk that a geometry says and that holds `diskBytes`; -1 where there is none. */
function geometryBytes(diskBytes: Bytes): Bytes {
  const geometry = smallestGeometry(diskBytes / sectorBytes);
  return geometry === null ? -1 : sectorsOf(geometry) * sectorBytes;
}

/** Size of the disk in an image that QEMU 0.12 makes for `diskBytes`. Throws InputError beyond what a geometry can say. */
export function sizeOf012(diskBytes: Bytes): Bytes {
  const bytes = geometryBytes(diskBytes);
  if (bytes === -1) throw new InputError('disk size', formatBytes(diskBytes), `at most ${formatBytes(mostGeometrySectors * sectorBytes)}`);
  return bytes;
}

/** Size of the disk in an image that QEMU 7.2 makes for `diskBytes`: its own where no geometry says it. Throws InputError beyond the table. */
export function sizeOf72(diskBytes: Bytes): Bytes {
  if (diskBytes / sectorBytes > mostSectors) {
    throw new InputError('disk size', formatBytes(diskBytes), `at most ${formatBytes(mostSectors * sectorBytes)}`);
  }
  const bytes = geometryBytes(diskBytes);
  return bytes === -1 || bytes === mostGeometrySectors * sectorBytes ? diskBytes : bytes;
}
