/**
 * An image template as section 2.2 of the FVD paper prepares it: a system is installed into an ext3 file system, the file system is shrunk to
 * the least that holds it, and grown again in each image that is made from the template. No time passes.
 */
import { unusedMetadata, type FileLayout } from '../../models/filesystems/file-layout.js';
import { ext3 } from '../../models/filesystems/ext3/ext3.js';
import type { GroupedLayout } from '../../models/filesystems/groups/grouped-layout.js';
import { minimumBlocks, resize, type ResizeIo } from '../../models/filesystems/groups/resize.js';
import { RunList } from '../../models/filesystems/run-list.js';
import { defaults } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { MiB, sectorBytes, type Bytes } from '../../sim/units.js';
import { FileOp, FileOperation, type FileProgram } from '../../traces/files/file-operation.js';
import { fileWorkloads } from '../../traces/files/index.js';

/** Where the first partition of a disk begins: after one track of 63 sectors, as fdisk laid disks out until 2010. */
export const partitionStart: Bytes = 63 * sectorBytes;
/** Largest write of the tool that grows a file system. */
const piece = MiB;

/** Of a template: its files, next to a journal, tables and directories. Counted for a system of some hundred MiB in a partition of 1 GiB. */
const shareOfFiles = 0.886;

/** Bytes of files for a template of about this size. */
export const systemIn = (templateBytes: Bytes): Bytes => Math.round(templateBytes * shareOfFiles);

/** What a disk must hold to keep its file system at its least. */
export interface Template {
  readonly layout: GroupedLayout;
  /** Of the disk up to the end of the file system. */
  readonly bytes: Bytes;
}

/**
 * @param system bytes of all installed files
 * @param rootBytes size of the partition in which the system was installed
 */
export function makeTemplate(system: Bytes, rootBytes: Bytes, seed: number): Template {
  const layout = ext3.make(defaults(ext3.options), rootBytes, new RandomStream(seed, 'ext3/groups'));
  install(layout, fileWorkloads.get('os-install', 'a template').open({ system }, seed, 'a template'));
  resize(layout, minimumBlocks(layout), { read: () => undefined, write: () => undefined });
  return { layout, bytes: partitionStart + layout.blocks * layout.blockBytes };
}

/**
 * Grows the template's file system to a partition of `bytes`.
 * @param write told of each write, by its place on the disk
 */
export function grow({ layout }: Template, bytes: Bytes, write: (offset: Bytes, bytes: Bytes) => void): void {
  const { blockBytes } = layout;
  const io: ResizeIo = {
    read: () => undefined,
    write(first, blocks) {
      const end = partitionStart + (first + blocks) * blockBytes;
      for (let at = partitionStart + first * blockBytes; at < end; at += piece) write(at, Math.min(piece, end - at));
    },
  };
  resize(layout, Math.floor(bytes / blockBytes), io);
}

/** Does to a layout what a program does to files. Reads and computing leave nothing behind. */
function install(layout: FileLayout, program: FileProgram): void {
  const op = new FileOperation();
  const runs = new RunList();
  const { blockBytes } = layout;
  while (program.next(op)) {
    if (op.op === FileOp.MKDIR) layout.makeDirectory(op.file, op.directory, unusedMetadata);
    else if (op.op === FileOp.CREATE) layout.create(op.file, op.directory, unusedMetadata);
    else if (op.op === FileOp.WRITE) {
      const first = Math.floor(op.offset / blockBytes);
      const end = op.offset + op.bytes;
      runs.clear();
      layout.allocate(op.file, first, Math.ceil(end / blockBytes) - first, runs, unusedMetadata);
      layout.setSize(op.file, Math.max(end, layout.size(op.file)), unusedMetadata);
    }
  }
}
