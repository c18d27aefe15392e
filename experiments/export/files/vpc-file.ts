/**
 * A dynamic VHD file: footer copy, header, block allocation table, blocks with their bitmaps where the simulated image has them, footer.
 * Bitmaps have all bits set, as the simulated driver writes them. Source: the published VHD specification.
 */
import {
  bitmapBytes,
  blockBytes,
  entryBytes,
  footerBytes,
  footerGeometry,
  headerBytes,
  tableStart,
  VpcLayout,
} from '../../../models/formats/vpc/layout.js';
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { SimulatedImage } from '../simulate.js';
import { FileRecord } from './record.js';
import type { SparseFile } from './sparse-file.js';
import { placedUnits, putUnits } from './units.js';

const version = 0x00010000;
/** A bit that every file has set. */
const reservedFeature = 2;
const dynamicDisk = 3;
const noOffset = 2n ** 64n - 1n;
/** The creator whose disks have the size that the geometry says, and its version. */
const creator = { application: 'qemu', version: 0x00050003, host: 'Wi2k' } as const;
const checksumAt = { footer: 64, header: 36 } as const;

export function writeVpc(image: SimulatedImage, out: SparseFile): void {
  const { diskBytes, files } = image.format;
  const { entries, tableSectors } = new VpcLayout(diskBytes);
  const units = placedUnits(image.format, blockBytes);
  const table = new FileRecord(tableSectors * sectorBytes, 'big-endian');
  table.bytes.fill(0xff);
  const bitmap = new Uint8Array(bitmapBytes).fill(0xff);
  for (const { unit, place } of units) {
    table.u32(unit * entryBytes, (place - bitmapBytes) / sectorBytes);
    out.put(place - bitmapBytes, bitmap);
  }
  const footer = footerOf(diskBytes);
  out.put(0, footer);
  out.put(footerBytes, headerOf(entries));
  out.put(tableStart, table.bytes);
  putUnits(image, units, blockBytes, out);
  out.put(files[0]!.bytes - footerBytes, footer);
}

function footerOf(diskBytes: Bytes): Uint8Array {
  const { cylinders, heads, sectorsPerTrack } = footerGeometry(diskBytes);
  const record = new FileRecord(footerBytes, 'big-endian')
    .text(0, 'conectix')
    .u32(8, reservedFeature)
    .u32(12, version)
    .u64(16, footerBytes)
    .text(28, creator.application)
    .u32(32, creator.version)
    .text(36, creator.host)
    .u64(40, diskBytes)
    .u64(48, diskBytes)
    .u16(56, cylinders)
    .u8(58, heads)
    .u8(59, sectorsPerTrack)
    .u32(60, dynamicDisk);
  return record.u32(checksumAt.footer, checksum(record.bytes)).bytes;
}

function headerOf(entries: number): Uint8Array {
  const record = new FileRecord(headerBytes, 'big-endian')
    .text(0, 'cxsparse')
    .u64(8, noOffset)
    .u64(16, tableStart)
    .u32(24, version)
    .u32(28, entries)
    .u32(32, blockBytes);
  return record.u32(checksumAt.header, checksum(record.bytes)).bytes;
}

/** One's complement of the sum of all bytes, the checksum's own being 0. */
const checksum = (bytes: Uint8Array): number => ~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0;
