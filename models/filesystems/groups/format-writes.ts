/** The writes of mke2fs in its order: inode tables as zeros, its own files, then the journal, copies, descriptors and bitmaps. It knows no time. */
import type { FormatWrite } from '../file-layout.js';
import type { GroupGeometry } from './geometry.js';
import type { SpecialFiles } from './special-files.js';

export interface FormatOptions {
  /** Whether bitmaps and inode tables of groups without files are left as they are (lazy_itable_init). */
  readonly isLazy: boolean;
}

export function writesOfFormat(geometry: GroupGeometry, special: SpecialFiles, { isLazy }: FormatOptions, write: FormatWrite): void {
  const { groups, inodeTableBlocks } = geometry;
  if (!isLazy) for (let group = 0; group < groups; group++) write(geometry.inodeTable(group), inodeTableBlocks, true);
  write(special.rootBlock, 1, false);
  write(special.lostAndFound, special.lostAndFoundBlocks, false);
  if (special.growthMap !== -1) {
    write(special.growthMap, 1, false);
    write(geometry.superblock + 1 + geometry.descriptorBlocks, geometry.reservedDescriptorBlocks, false);
  }
  for (const file of [special.journalMap, special.journalFile]) {
    const { journal } = special;
    for (let found = journal.seek(file, 0); found; found = journal.next())
      write(journal.block, journal.blocks, file === special.journalFile);
  }
  write(geometry.inodeBlock(1), 1, false);
  for (let group = 0; group < groups; group++) {
    if (isLazy && group > 0 && !isTouched(geometry, special, group)) continue;
    write(geometry.blockBitmap(group), 1, false);
    write(geometry.inodeBitmap(group), 1, false);
  }
  // Copies first, the primary superblock last.
  for (let group = groups - 1; group >= 0; group--)
    if (geometry.hasSuperblock(group)) write(geometry.groupFirst(group), 1 + geometry.descriptorBlocks, false);
}

/** Whether a part of the journal lies in a group. */
function isTouched(geometry: GroupGeometry, { journal, journalFile }: SpecialFiles, group: number): boolean {
  for (let found = journal.seek(journalFile, 0); found; found = journal.next())
    if (geometry.groupOf(journal.block) <= group && group <= geometry.groupOf(journal.block + journal.blocks - 1)) return true;
  return false;
}
