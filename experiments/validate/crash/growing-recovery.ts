/** Recovery of images that grow at their end and keep one table of entries: VDI, VMDK, vpc, Parallels. */
import { MiB, type Bytes } from '../../../sim/units.js';
import { vdiLayout } from '../../../models/formats/vdi.js';
import * as vmdk from '../../../models/formats/vmdk/layout.js';
import * as vpc from '../../../models/formats/vpc/layout.js';
import type { ImageFormat } from '../../../models/io/image-format.js';
import { entriesOf, EntryTable, recoverEntries, type EntryImage } from './entry-table.js';
import type { MakeRecovery } from './recovery.js';

/** What stands in a sector of which a recovery asks only whether it is there. */
const isThere = ['there'] as const;

const recovering =
  (describe: (image: ImageFormat) => EntryImage): MakeRecovery =>
  (image, backingBytes) => {
    const described = describe(image);
    const backing = { file: image.files.length - 1, bytes: backingBytes };
    return {
      says: (_file, offset) => described.says(offset, entriesOf(image, described.unitBytes)),
      recover: (survivors, sizes) => recoverEntries(described, survivors, sizes, backing),
    };
  };

const used = (entries: readonly Bytes[]): Bytes[] => entries.filter((entry) => entry !== 0);
const beyond = (entries: readonly Bytes[], fileBytes: Bytes): number => used(entries).filter((entry) => entry >= fileBytes).length;

/** The header counts the blocks: those that it counts and no entry names are lost, those that it does not count are given away again. */
export const recoverVdi: MakeRecovery = recovering((image) => {
  const { blocks, mapOffset, firstBlock } = vdiLayout(image.diskBytes);
  const table = new EntryTable({ start: mapOffset, entryBytes: 4, unitBytes: MiB, units: blocks });
  return {
    unitBytes: MiB,
    table,
    needed: [0],
    says: (offset, entries) => (offset === 0 ? [used(entries).length] : table.words(entries, offset)),
    judge(entries, _fileBytes, survivors) {
      const counted = Number((survivors(0, 0) as readonly number[])[0]);
      const isCounted = (entry: Bytes): boolean => (entry - firstBlock) / MiB < counted;
      const own = used(entries);
      return { leaks: Math.max(0, counted - own.filter(isCounted).length), dangling: own.filter((entry) => !isCounted(entry)).length };
    },
  };
});

/**
 * A new grain goes where the file ends: what lies before that and has no entry is lost. The driver reads one of the two copies of the
 * tables.
 * @param copy which one, in the order of the file
 */
const recoverVmdk = (copy: 0 | 1): MakeRecovery =>
  recovering((image) => {
    const { grainBytes } = vmdk;
    const layout = new vmdk.VmdkLayout(image.diskBytes);
    const units = Math.ceil(image.diskBytes / grainBytes);
    const tables = layout.directories.map(
      (directory) =>
        new EntryTable({ start: layout.placeOfTable(directory, 0), entryBytes: vmdk.grainEntryBytes, unitBytes: grainBytes, units }),
    );
    return {
      unitBytes: grainBytes,
      table: tables[copy]!,
      needed: [0, vmdk.descriptor.offset, layout.directories[copy]],
      says(offset, entries) {
        const words = tables.map((table) => table.words(entries, offset)).find(({ length }) => length > 0);
        return words ?? isThere;
      },
      judge(entries, fileBytes) {
        const grains = Math.max(0, Math.ceil((fileBytes - layout.firstGrain) / grainBytes));
        const dangling = beyond(entries, fileBytes);
        return { leaks: Math.max(0, grains - (used(entries).length - dangling)), dangling };
      },
    };
  });
export const recoverVmdk012: MakeRecovery = recoverVmdk(0);
export const recoverVmdk72: MakeRecovery = recoverVmdk(1);

/** On opening the driver looks for the last block that has an entry: what lies behind it is used again. The copy of the footer in front is read. */
export const recoverVpc: MakeRecovery = recovering((image) => {
  const { blockBytes, entryBytes, tableStart, footerBytes } = vpc;
  const table = new EntryTable({ start: tableStart, entryBytes, unitBytes: blockBytes, units: Math.ceil(image.diskBytes / blockBytes) });
  return {
    unitBytes: blockBytes,
    table,
    needed: [0, footerBytes],
    says(offset, entries) {
      const words = offset < tableStart ? [] : table.words(entries, offset);
      return words.length > 0 ? words : isThere;
    },
    // The footer behind a block is written before the block's entry.
    judge: (entries, fileBytes) => ({ leaks: 0, dangling: beyond(entries, fileBytes) }),
  };
});

/** An image that was not closed opens for writing only after a repair; its data goes on behind the last cluster with an entry. */
export const recoverParallels: MakeRecovery = recovering((image) => {
  const table = new EntryTable({ start: 64, entryBytes: 4, unitBytes: MiB, units: Math.ceil(image.diskBytes / MiB) });
  return {
    unitBytes: MiB,
    table,
    needed: [0],
    says: (offset, entries) => table.words(entries, offset),
    judge: (entries, fileBytes) => ({ leaks: 0, dangling: beyond(entries, fileBytes), needsRepair: true }),
  };
});
