/**
 * Recovery of a ZFS pool: the uberblock of the newest group, the trees that hang from it, and the records of the intent log since then.
 * Blocks have checksums: a log record counts only if it and all data that it names are whole, and the log ends at the first that does not.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { ZfsImage } from '../../../models/formats/zfs/image.js';
import type { ZfsTables } from '../../../models/formats/zfs/inspect.js';
import { PoolLayout } from '../../../models/formats/zfs/pool-layout.js';
import { LIVE } from '../../../models/io/image-format.js';
import { markOf, type Request } from './events.js';
import type { MakeRecovery, Place, Recovered, Survivors, Words } from './recovery.js';

const file = 0;
const hole = -1;
const liveName = '';

/** What the sectors of a block say: the first all of it, the others only which writing of it they are part of. */
const sectorOf = (block: Words, isFirst: boolean): Words => (isFirst ? block : block.slice(0, 1));

function wordsAt(tables: ZfsTables, offset: Bytes, { offset: start, bytes, mark }: Request): Words {
  const { blocks, indirectBytes, groups, logRecords, taken, roots } = tables;
  if (offset < PoolLayout.labelsEnd) return sectorOf([groups, logRecords, ...roots.flat()], offset % PoolLayout.uberblockBytes === 0);
  const log = PoolLayout.logPlace(logRecords);
  if (offset >= log && offset < log + PoolLayout.logBlockBytes) return sectorOf([logRecords, start, bytes, mark, ...taken], offset === log);
  const place = [...blocks.keys()].find((at) => offset >= at && offset < at + indirectBytes);
  if (place === undefined) throw new Error(`metadata at byte ${offset} is part of no block of the pool`);
  const { level, pointers } = blocks.get(place)!;
  return sectorOf([groups, level, ...pointers], offset === place);
}

/** The words of a block that survived whole; null otherwise. */
function blockAt(survivors: Survivors, place: Bytes, bytes: Bytes): Words | null {
  const first = survivors(file, place);
  if (typeof first === 'number') return null;
  for (let at = place + sectorBytes; at < place + bytes; at += sectorBytes) {
    const cell = survivors(file, at);
    if (typeof cell === 'number' || cell[0] !== first[0]) return null;
  }
  return first;
}

function newestUberblock(survivors: Survivors): Words | null {
  let newest: Words | null = null;
  for (const place of PoolLayout.uberblockPlaces()) {
    const found = blockAt(survivors, place, PoolLayout.uberblockBytes);
    if (found !== null && found.length > 1 && (newest === null || found[0]! > newest[0]!)) newest = found;
  }
  return newest;
}

/** The places of all records under a block, in order; null where a block of the tree is not whole. */
function recordsUnder(survivors: Survivors, place: Bytes, indirectBytes: Bytes): Bytes[] | null {
  const block = blockAt(survivors, place, indirectBytes);
  if (block === null) return null;
  const [, level, ...pointers] = block as number[];
  if (level === 1) return pointers;
  const records: Bytes[] = [];
  for (const pointer of pointers) {
    const below =
      pointer === hole ? new Array<Bytes>(pointers.length ** (level! - 1)).fill(hole) : recordsUnder(survivors, pointer, indirectBytes);
    if (below === null) return null;
    for (const record of below) records.push(record);
  }
  return records;
}

/** Applies the log's records behind number `done` to the live disk's, in order. */
function replayLog(survivors: Survivors, done: number, live: Bytes[], recordBytes: Bytes): void {
  for (let number = done + 1; ; number++) {
    const record = blockAt(survivors, PoolLayout.logPlace(number), PoolLayout.logBlockBytes);
    if (record === null || record[0] !== number) return;
    const [, offset, bytes, mark, ...taken] = record as number[];
    const first = Math.floor(offset! / recordBytes);
    const isWhole = (place: Bytes, i: number): boolean => {
      for (let at = 0; at < recordBytes; at += sectorBytes) {
        const guest = (first + i) * recordBytes + at;
        const old = live[first + i]!;
        const kept = old === hole ? 0 : survivors(file, old + at);
        const wanted = guest >= offset! && guest < offset! + bytes! ? markOf(mark!, guest / sectorBytes) : kept;
        if (survivors(file, place + at) !== wanted) return false;
      }
      return true;
    };
    if (!taken.every(isWhole)) return;
    taken.forEach((place, i) => (live[first + i] = place));
  }
}

function recover(survivors: Survivors, recordBytes: Bytes, indirectBytes: Bytes): Recovered | null {
  const uberblock = newestUberblock(survivors);
  if (uberblock === null) return null;
  const views = new Map<string | typeof LIVE, (offset: Bytes) => Place | null>();
  for (let i = 2; i < uberblock.length; i += 2) {
    const [name, root] = [String(uberblock[i]), Number(uberblock[i + 1])];
    const records = recordsUnder(survivors, root, indirectBytes);
    if (records === null) return null;
    if (name === liveName) replayLog(survivors, Number(uberblock[1]), records, recordBytes);
    views.set(name === liveName ? LIVE : name, (offset) => {
      const place = records[Math.floor(offset / recordBytes)]!;
      return place === hole ? null : { file, offset: place + (offset % recordBytes) };
    });
  }
  // What is free is found by the same trees: nothing can count as used that they do not name.
  return { views, leaks: 0, dangling: 0 };
}

export const recoverZfs: MakeRecovery = (image) => {
  if (!(image instanceof ZfsImage)) throw new Error('an image of another format than zfs');
  const { recordBytes, indirectBytes } = image.inspect(0);
  return {
    says: (_file, offset, request) => wordsAt(image.inspect(0), offset, request),
    recover: (survivors) => recover(survivors, recordBytes, indirectBytes),
  };
};
