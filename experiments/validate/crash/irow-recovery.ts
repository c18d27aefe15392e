/**
 * Recovery of iROW images: the states that the meta file lists, each with its bitmap and its father. The fields of a record that change
 * lie in the sector in which it begins, and the last record that the header counts is the current state's. A father that no record names is
 * as none: nobody looks for files that no record names.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { IrowTables } from '../../../models/formats/irow/inspect.js';
import { LIVE, type ImageFormat } from '../../../models/io/image-format.js';
import { imageSettings } from './settings.js';
import type { MakeRecovery, Place, Recovered, Survivors, Words } from './recovery.js';

const { clusterBytes } = imageSettings;
const metaFile = 0;
const headerBytes: Bytes = 556;
const recordBytes: Bytes = 1184;
const noFile = -1;

const sectorOfRecord = (i: number): Bytes => Math.floor((headerBytes + i * recordBytes) / sectorBytes) * sectorBytes;

interface IrowImage extends ImageFormat {
  inspect(): IrowTables;
}

/** Name, whether it is deleted, bitmap, data and the father's bitmap by file. */
type RecordWords = readonly [string, number, number, number, number];

class IrowWords {
  /** The sector of the meta file that was written last: the next one is the end of the same record. */
  private lastSector = -sectorBytes;
  private readonly records = new Map<Bytes, Words>();

  constructor(private readonly image: IrowImage) {}

  says(file: number, offset: Bytes): Words {
    return file === metaFile ? this.metaWords(offset) : this.bitmapWords(file, offset);
  }

  /** The first sector of a record is also the last of what stands before it, and then keeps what the record said. */
  private metaWords(offset: Bytes): Words {
    const isEnd = this.lastSector === offset - sectorBytes;
    this.lastSector = offset;
    const { states } = this.image.inspect();
    if (offset === 0) return [states.length];
    const i = states.findIndex((_, index) => sectorOfRecord(index) === offset);
    if (isEnd || i === -1) return this.records.get(offset) ?? [];
    const { name, isDeleted, bitmapFile, dataFile, father } = states[i]!;
    const words: RecordWords = [name, Number(isDeleted), this.idOf(bitmapFile), this.idOf(dataFile), this.idOf(father)];
    this.records.set(offset, words);
    return words;
  }

  private bitmapWords(file: number, offset: Bytes): Words {
    const name = this.image.files[file]!.name;
    const state = this.image.inspect().states.find(({ bitmapFile }) => bitmapFile === name);
    const [low, high] = [offset * 8, (offset + sectorBytes) * 8];
    const clusters = (state?.present ?? []).flatMap(([first, n]) => Array.from({ length: n }, (_, i) => first + i));
    return clusters.filter((cluster) => cluster >= low && cluster < high);
  }

  private idOf(name: string | null): number {
    return name === null ? noFile : this.image.files.findIndex((file) => file.name === name);
  }
}

function recover(survivors: Survivors, below: (offset: Bytes) => Place | null): Recovered | null {
  const header = survivors(metaFile, 0);
  if (typeof header === 'number') return null;
  const states: RecordWords[] = [];
  for (let i = 0; i < Number(header[0]); i++) {
    const words = survivors(metaFile, sectorOfRecord(i));
    if (typeof words === 'number' || words.length === 0) return null;
    states.push(words as RecordWords);
  }
  const placeIn = ([, , bitmap, data, father]: RecordWords, offset: Bytes): Place | null => {
    const cluster = Math.floor(offset / clusterBytes);
    const words = survivors(bitmap, Math.floor(cluster / 8 / sectorBytes) * sectorBytes);
    if (typeof words !== 'number' && words.includes(cluster)) return { file: data, offset };
    const next = states.find((state) => state[2] === father);
    return next === undefined ? below(offset) : placeIn(next, offset);
  };
  const current = states.pop();
  if (current === undefined) return null;
  states.push(current);
  const snapshots = states.filter((state) => state !== current && state[1] === 0);
  const viewOf = (state: RecordWords) => (offset: Bytes) => placeIn(state, offset);
  return {
    views: new Map([[LIVE, viewOf(current)], ...snapshots.map((state) => [state[0], viewOf(state)] as const)]),
    leaks: 0,
    dangling: 0,
  };
}

const isIrow = (image: ImageFormat): image is IrowImage => 'inspect' in image && image.formatName === 'irow';

export const recoverIrow: MakeRecovery = (image, backingBytes) => {
  if (!isIrow(image)) throw new Error('an image of another format than irow');
  const words = new IrowWords(image);
  const backingFile = image.files.findIndex(({ name }) => name === 'base.raw');
  const below = (offset: Bytes): Place | null => (offset < backingBytes ? { file: backingFile, offset } : null);
  return { says: (file, offset) => words.says(file, offset), recover: (survivors) => recover(survivors, below) };
};
