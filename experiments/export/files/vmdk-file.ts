/**
 * A monolithic sparse VMDK file: header, descriptor, both copies of the grain directory and tables, grains where the simulated image has
 * them. Source: the published VMDK specification.
 */
import {
  cylindersOf,
  descriptor,
  descriptorGeometry,
  grainBytes,
  grainEntryBytes,
  grainsPerTable,
  grainTableBytes,
  VmdkLayout,
} from '../../../models/formats/vmdk/layout.js';
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { SimulatedImage } from '../simulate.js';
import { FileRecord } from './record.js';
import type { SparseFile } from './sparse-file.js';
import { placedUnits, putUnits } from './units.js';

const version = 1;
/** Line ends can be checked, and the redundant tables are there. */
const flags = 3;
/** Characters that a transfer as text would change. */
const lineEnds = '\n \r\n';

export function writeVmdk(image: SimulatedImage, out: SparseFile): void {
  const { diskBytes } = image.format;
  const layout = new VmdkLayout(diskBytes);
  const units = placedUnits(image.format, grainBytes);
  out.put(0, header(diskBytes, layout));
  out.put(descriptor.offset, new FileRecord(descriptor.bytes, 'little-endian').text(0, descriptorText(diskBytes, out.name)).bytes);
  const tables = new FileRecord(layout.tables * grainTableBytes, 'little-endian');
  for (const { unit, place } of units) {
    const table = Math.floor(unit / grainsPerTable);
    tables.u32(table * grainTableBytes + (unit % grainsPerTable) * grainEntryBytes, place / sectorBytes);
  }
  for (const directory of layout.directories) {
    const entries = new FileRecord(layout.directorySectorsBytes, 'little-endian');
    for (let i = 0; i < layout.tables; i++) entries.u32(i * grainEntryBytes, layout.placeOfTable(directory, i) / sectorBytes);
    out.put(directory, entries.bytes);
    out.put(layout.placeOfTable(directory, 0), tables.bytes);
  }
  putUnits(image, units, grainBytes, out);
}

function header(diskBytes: Bytes, { directories, firstGrain }: VmdkLayout): Uint8Array {
  const [redundant, first] = directories;
  return new FileRecord(sectorBytes, 'little-endian')
    .text(0, 'KDMV')
    .u32(4, version)
    .u32(8, flags)
    .u64(12, diskBytes / sectorBytes)
    .u64(20, grainBytes / sectorBytes)
    .u64(28, descriptor.offset / sectorBytes)
    .u64(36, descriptor.bytes / sectorBytes)
    .u32(44, grainsPerTable)
    .u64(48, redundant / sectorBytes)
    .u64(56, first / sectorBytes)
    .u64(64, firstGrain / sectorBytes)
    .text(73, lineEnds).bytes;
}

function descriptorText(diskBytes: Bytes, fileName: string): string {
  const { heads, sectorsPerTrack } = descriptorGeometry;
  const lines = [
    '# Disk DescriptorFile',
    'version=1',
    'CID=00000001',
    'parentCID=ffffffff',
    'createType="monolithicSparse"',
    '',
    '# Extent description',
    `RW ${diskBytes / sectorBytes} SPARSE "${fileName}"`,
    '',
    '# The Disk Data Base',
    'ddb.virtualHWVersion = "4"',
    `ddb.geometry.cylinders = "${cylindersOf(diskBytes)}"`,
    `ddb.geometry.heads = "${heads}"`,
    `ddb.geometry.sectors = "${sectorsPerTrack}"`,
    'ddb.adapterType = "ide"',
  ];
  return `${lines.join('\n')}\n`;
}
