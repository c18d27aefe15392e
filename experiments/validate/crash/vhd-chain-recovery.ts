/**
 * Recovery of a chain of VHD files: of the files that have one name, the one that was given it last, and what lies below it. Names are
 * the storage manager's, which keeps them in a database whose I/O the model leaves out: here they stand in the headers. What changes of
 * a header lies in its first sector. Files that no name needs are removed by the manager; blocks without an entry in the BAT are used
 * again.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { VhdChainImage } from '../../../models/formats/vhd-chain/image.js';
import { batEntryBytes, batOffset, footerBytes, headerBytes, type Vhd } from '../../../models/formats/vhd-chain/vhd.js';
import { LIVE, Op } from '../../../models/io/image-format.js';
import type { Request } from './events.js';
import { imageSettings } from './settings.js';
import type { FileSizes, MakeRecovery, Place, Recovered, Survivors, Words } from './recovery.js';

const entriesPerSector = sectorBytes / batEntryBytes;
const noFile = -1;
const liveName = '';

/** What the sectors of a file's metadata say. */
class VhdWords {
  /** Bitmaps that were written since their file was made: the first writing is an empty one. */
  private readonly begun = new Set<string>();

  constructor(private readonly image: VhdChainImage) {}

  says(file: number, offset: Bytes, request: Request): Words {
    const vhd = this.image.inspect(file);
    if (vhd === null) throw new Error(`metadata of file ${file}, which is not in use`);
    const { made, changed, name, parent, blocks } = vhd;
    if (offset === footerBytes) return [made, changed, name, parent?.id ?? noFile];
    const batEnd = batOffset + Math.ceil(blocks / entriesPerSector) * sectorBytes;
    if (offset >= batOffset && offset < batEnd) return [made, ...batWords(vhd, ((offset - batOffset) / sectorBytes) * entriesPerSector)];
    for (let block = 0; block < blocks; block++) {
      if (vhd.isAllocated(block) && vhd.bitmapPlaceOf(block) === offset) return this.bitmapWords(vhd, block, request);
    }
    return [made];
  }

  /** The sectors of the block that are here, with those that the request writes. */
  private bitmapWords(vhd: Vhd, block: number, { op, offset, bytes }: Request): Words {
    const key = `${vhd.id}/${vhd.made}/${block}`;
    const isFirst = !this.begun.has(key);
    this.begun.add(key);
    const words: number[] = [];
    for (let sector = 0; sector < vhd.blockBytes / sectorBytes; sector++) {
      const at = block * vhd.blockBytes + sector * sectorBytes;
      const isWritten = op === Op.WRITE && at >= offset && at < offset + bytes;
      if (!isFirst && (isWritten || vhd.has(at))) words.push(sector);
    }
    return words;
  }
}

/** The places of blocks' bitmaps; 0 where a block has none. */
function batWords(vhd: Vhd, first: number): Words {
  const count = Math.max(0, Math.min(entriesPerSector, vhd.blocks - first));
  return Array.from({ length: count }, (_, i) => (vhd.isAllocated(first + i) ? vhd.bitmapPlaceOf(first + i) : 0));
}

/** One file as it is found. */
interface Found {
  readonly file: number;
  readonly changed: number;
  readonly name: string;
  readonly parent: number;
  readonly bat: readonly Bytes[];
}

const blockBytes: Bytes = 2 * imageSettings.clusterBytes;

/** A file whose header and BAT were written together; null for anything else. */
function open(survivors: Survivors, file: number, blocks: number): Found | null {
  const footer = survivors(file, 0);
  const header = survivors(file, footerBytes);
  if (typeof footer === 'number' || typeof header === 'number' || footer[0] !== header[0]) return null;
  const rest = survivors(file, headerBytes);
  if (typeof rest === 'number' || rest[0] !== header[0]) return null;
  const bat: Bytes[] = [];
  for (let block = 0; block < blocks; block += entriesPerSector) {
    const words = survivors(file, batOffset + block * batEntryBytes);
    if (typeof words === 'number' || words[0] !== header[0]) return null;
    for (const entry of words.slice(1)) bat.push(Number(entry));
  }
  return { file, changed: Number(header[1]), name: String(header[2]), parent: Number(header[3]), bat };
}

/** Where a sector lies, from a leaf down; undefined where a file below is missing. */
function placeIn(survivors: Survivors, files: ReadonlyMap<number, Found>, leaf: number, offset: Bytes): Place | null {
  const block = Math.floor(offset / blockBytes);
  for (let file = leaf; file !== noFile;) {
    const found = files.get(file)!;
    const bitmap = found.bat[block]!;
    const words = bitmap === 0 ? 0 : survivors(file, bitmap);
    const within = offset % blockBytes;
    if (typeof words !== 'number' && words.includes(within / sectorBytes)) return { file, offset: bitmap + sectorBytes + within };
    file = found.parent;
  }
  return null;
}

function recover(survivors: Survivors, sizes: FileSizes, fileCount: number): Recovered | null {
  const blocks = Math.ceil(imageSettings.diskBytes / blockBytes);
  const files = new Map<number, Found>();
  const named = new Map<string, Found>();
  for (let file = 0; file < fileCount; file++) {
    const found = open(survivors, file, blocks);
    if (found === null) continue;
    files.set(file, found);
    if ((named.get(found.name)?.changed ?? -1) < found.changed) named.set(found.name, found);
  }
  const views = new Map<string | typeof LIVE, (offset: Bytes) => Place | null>();
  let dangling = 0;
  for (const [name, leaf] of named) {
    for (let file = leaf.file; file !== noFile;) {
      const found = files.get(file);
      if (found === undefined) return null;
      dangling += found.bat.filter((bitmap) => bitmap >= sizes(file)).length;
      file = found.parent;
    }
    views.set(name === liveName ? LIVE : name, (offset) => placeIn(survivors, files, leaf.file, offset));
  }
  return views.has(LIVE) ? { views, leaks: 0, dangling } : null;
}

export const recoverVhdChain: MakeRecovery = (image) => {
  if (!(image instanceof VhdChainImage)) throw new Error('an image of another format than vhd-chain');
  const words = new VhdWords(image);
  return {
    says: (file, offset, request) => words.says(file, offset, request),
    recover: (survivors, sizes) => recover(survivors, sizes, image.files.length),
  };
};
