/**
 * Recovery of an OCFS2 volume: metadata blocks where they belong, then the journal's transactions over them, one after another as long as
 * each follows the one before and has its commit block. The journal has no checksums: a commit block vouches for what is before it, whether
 * it is there or not. Transactions older than a block at home pass it over: this stands for where the journal's superblock says that it
 * begins, whose writing the model leaves out. Clusters are in use as the files' extents say: bitmap and counts are part of the same transactions.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { Ocfs2Tables } from '../../../models/formats/ocfs2/inspect.js';
import { metadataBlockBytes } from '../../../models/formats/ocfs2/metadata-blocks.js';
import { extentsPerBlock } from '../../../models/formats/ocfs2/extent-map.js';
import { beingMade, Ocfs2Image } from '../../../models/formats/ocfs2/image.js';
import { LIVE } from '../../../models/io/image-format.js';
import { imageSettings } from './settings.js';
import type { MakeRecovery, Place, Recovered, Survivors, Words } from './recovery.js';

const file = 0;
const hole = -1;
/** Of a block of which sectors do not belong together. */
const torn = -1;
const inodeHome: Bytes = 0;
const liveName = '';

/** What a metadata block says: of the inode, the files with the homes of their extent blocks; of these, the places of clusters. */
function contentOf({ files, extents }: Ocfs2Tables, home: Bytes): Words {
  if (home === inodeHome) return files.flatMap(([name, homes]) => [name, homes.length, ...homes]);
  return extents.get(home) ?? [];
}

/** What the sectors of the journal and of the blocks' homes say: a block goes home as the journal had it last. */
class Ocfs2Words {
  private readonly journaled = new Map<Bytes, Words>();

  says(tables: Ocfs2Tables, offset: Bytes): Words {
    const { number, start, commit } = tables.transaction;
    if (offset === start) return [number, commit - start, ...this.journal(tables)];
    if (offset > start && offset < commit) return [number];
    if (offset >= commit && offset < commit + metadataBlockBytes) return [number, 'commit'];
    const home = offset - (offset % metadataBlockBytes);
    return home === offset ? [number, ...(this.journaled.get(home) ?? [])] : [number];
  }

  private journal(tables: Ocfs2Tables): Words {
    return tables.dirty.flatMap((home): Words => {
      const content = contentOf(tables, home);
      this.journaled.set(home, content);
      return [home, content.length, ...content];
    });
  }
}

const numberAt = (survivors: Survivors, offset: Bytes): number => {
  const cell = survivors(file, offset);
  return typeof cell === 'number' ? 0 : Number(cell[0] ?? 0);
};

/** Reads metadata blocks as they are after the journal is replayed. */
class Volume {
  private readonly replayed = new Map<Bytes, Words>();
  /** A commit block vouches for what is not there. */
  isBroken = false;

  constructor(
    private readonly survivors: Survivors,
    { journalStart, journalBytes }: Pick<Ocfs2Tables, 'journalStart' | 'journalBytes'>,
  ) {
    let number = numberAt(survivors, journalStart);
    for (let at = journalStart; number > 0 && at < journalStart + journalBytes; number++) {
      const words = survivors(file, at);
      if (typeof words === 'number' || words[0] !== number || words.length < 2) return;
      const end = at + Number(words[1]);
      const commit = survivors(file, end);
      if (typeof commit === 'number' || commit[0] !== number || commit[1] !== 'commit') return;
      this.replay(words, this.isWhole(at, end));
      at = end + metadataBlockBytes;
    }
  }

  /** What a block says; null where it is not whole. */
  block(home: Bytes): Words | null {
    const replayed = this.replayed.get(home);
    if (replayed !== undefined) return replayed;
    const words = this.survivors(file, home);
    return typeof words === 'number' || this.numberAtHome(home) === torn ? null : words.slice(1);
  }

  /** The last transaction when a block was written home. */
  private numberAtHome(home: Bytes): number {
    return this.isWhole(home, home + metadataBlockBytes) ? numberAt(this.survivors, home) : torn;
  }

  private isWhole(start: Bytes, end: Bytes): boolean {
    const number = numberAt(this.survivors, start);
    for (let at = start; at < end; at += sectorBytes) if (numberAt(this.survivors, at) !== number) return false;
    return true;
  }

  private replay(words: Words, isWhole: boolean): void {
    for (let i = 2; i < words.length;) {
      const home = Number(words[i]);
      const length = Number(words[i + 1]);
      if (Number(words[0]) > this.numberAtHome(home)) {
        this.replayed.set(home, words.slice(i + 2, i + 2 + length));
        this.isBroken ||= !isWhole;
      }
      i += 2 + length;
    }
  }
}

function recover(survivors: Survivors, shape: Ocfs2Tables, clusterBytes: Bytes): Recovered | null {
  const volume = new Volume(survivors, shape);
  const inode = volume.block(inodeHome);
  if (inode === null || volume.isBroken) return null;
  const views = new Map<string | typeof LIVE, (offset: Bytes) => Place | null>();
  let leaks = 0;
  for (let i = 0; i < inode.length;) {
    const name = String(inode[i]);
    const homes = inode.slice(i + 2, i + 2 + Number(inode[i + 1]));
    i += 2 + homes.length;
    const places: number[] = [];
    for (const home of homes) {
      const words = home === hole ? new Array<number>(extentsPerBlock).fill(hole) : volume.block(Number(home));
      if (words === null) return null;
      for (const place of words) places.push(Number(place));
    }
    // Nobody looks for a file that was to become another.
    if (name === beingMade) leaks += 1;
    else views.set(name === liveName ? LIVE : name, (offset) => placeIn(places, offset, clusterBytes));
  }
  return views.has(LIVE) ? { views, leaks, dangling: 0 } : null;
}

function placeIn(places: readonly number[], offset: Bytes, clusterBytes: Bytes): Place | null {
  const place = places[Math.floor(offset / clusterBytes)]!;
  return place === hole ? null : { file, offset: place + (offset % clusterBytes) };
}

export const recoverOcfs2: MakeRecovery = (image) => {
  if (!(image instanceof Ocfs2Image)) throw new Error('an image of another format than ocfs2');
  const shape = image.inspect();
  const words = new Ocfs2Words();
  return {
    says: (_file, offset) => words.says(image.inspect(), offset),
    recover: (survivors) => recover(survivors, shape, imageSettings.clusterBytes),
  };
};
