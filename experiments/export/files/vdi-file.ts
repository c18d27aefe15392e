/** A dynamic VDI file: header, block map, blocks where the simulated image has them. Source: the format's header as documented by its makers. */
import { blockBytes, vdiLayout } from '../../../models/formats/vdi.js';
import { sectorBytes } from '../../../sim/units.js';
import type { SimulatedImage } from '../simulate.js';
import { FileRecord } from './record.js';
import type { SparseFile } from './sparse-file.js';
import { placedUnits, putUnits } from './units.js';

const title = '<<< snapsim Virtual Disk Image >>>\n';
const signature = 0xbeda107f;
const version = 0x00010001;
/** From this field on, the header's size counts. */
const headerSize = 0x190;
const dynamicImage = 1;
const noBlock = 0xffffffff;
const entryBytes = 4;

export function writeVdi(image: SimulatedImage, out: SparseFile): void {
  const { diskBytes } = image.format;
  const { blocks, mapOffset, mapBytes, firstBlock } = vdiLayout(diskBytes);
  const units = placedUnits(image.format, blockBytes);
  const header = new FileRecord(mapOffset, 'little-endian')
    .text(0, title)
    .u32(0x40, signature)
    .u32(0x44, version)
    .u32(0x48, headerSize)
    .u32(0x4c, dynamicImage)
    .u32(0x154, mapOffset)
    .u32(0x158, firstBlock)
    .u32(0x168, sectorBytes)
    .u64(0x170, diskBytes)
    .u32(0x178, blockBytes)
    .u32(0x180, blocks)
    .u32(0x184, units.length);
  const map = new FileRecord(mapBytes, 'little-endian');
  for (let block = 0; block < blocks; block++) map.u32(block * entryBytes, noBlock);
  for (const { unit, place } of units) map.u32(unit * entryBytes, (place - firstBlock) / blockBytes);
  out.put(0, header.bytes);
  out.put(mapOffset, map.bytes);
  putUnits(image, units, blockBytes, out);
}
