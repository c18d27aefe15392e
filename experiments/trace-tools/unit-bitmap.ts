/** Sets of 4 KiB units of a disk of unknown size, as a bitmap that grows where it is touched. */
import { InputError } from '../../sim/errors.js';
import { KiB, type Bytes } from '../../sim/units.js';
import { UnitRanks } from './unit-ranks.js';

export const unitBytes: Bytes = 4 * KiB;

const chunkUnits = 2 ** 20; // 4 GiB of disk in 128 KiB of bits
/** A set may hold units of at most so many parts of 4 GiB each: 512 MiB of memory, 16 TiB of disk that is really touched. */
const chunksMax = 4096;

/** Runs of bytes, ascending, disjoint, never adjacent. */
export interface ByteRuns {
  readonly offset: readonly Bytes[];
  readonly bytes: readonly Bytes[];
}

export class UnitBitmap {
  /** Units in the set. */
  count = 0;
  private readonly chunks = new Map<number, Uint32Array>();
  /** The chunks that were turned to since the set was cleared. */
  private readonly touched = new Set<Uint32Array>();
  private lastNumber = -1;
  private lastChunk: Uint32Array = new Uint32Array(0);

  /** Adds a unit; true where it was not there. */
  add(unit: number): boolean {
    const number = Math.floor(unit / chunkUnits);
    if (number !== this.lastNumber) this.turnTo(number);
    const within = unit - number * chunkUnits;
    const word = this.lastChunk[within >>> 5]!;
    const bit = 1 << (within & 31);
    if ((word & bit) !== 0) return false;
    this.lastChunk[within >>> 5] = word | bit;
    this.count++;
    return true;
  }

  /** Takes all units out; what was touched stays reserved. */
  clear(): void {
    if (this.count === 0) return;
    for (const chunk of this.touched) chunk.fill(0);
    this.touched.clear();
    this.lastNumber = -1;
    this.count = 0;
  }

  /** How many units of the set, as it is now, lie below a unit. */
  ranks(): UnitRanks {
    const parts = [...this.chunks].map(([number, bits]) => ({ number, bits })).sort((a, b) => a.number - b.number);
    return new UnitRanks(parts, chunkUnits);
  }

  /** The set as runs of bytes. */
  runs(): ByteRuns {
    const offset: Bytes[] = [];
    const bytes: Bytes[] = [];
    let begin = -1;
    let end = -1; // the unit after the run that is being followed
    const close = (): void => {
      if (begin < 0) return;
      offset.push(begin * unitBytes);
      bytes.push((end - begin) * unitBytes);
    };
    for (const number of [...this.chunks.keys()].sort((a, b) => a - b)) {
      const chunk = this.chunks.get(number)!;
      for (let within = 0; within < chunkUnits; within++) {
        if ((within & 31) === 0 && chunk[within >>> 5] === 0) within += 31;
        else if ((chunk[within >>> 5]! & (1 << (within & 31))) !== 0) {
          const unit = number * chunkUnits + within;
          if (unit !== end) {
            close();
            begin = unit;
          }
          end = unit + 1;
        }
      }
    }
    close();
    return { offset, bytes };
  }

  private turnTo(number: number): void {
    let chunk = this.chunks.get(number);
    if (chunk === undefined) {
      if (this.chunks.size === chunksMax) {
        throw new InputError('trace', `requests in more than ${chunksMax} parts of 4 GiB`, 'a disk whose touched parts are below 16 TiB');
      }
      chunk = new Uint32Array(chunkUnits / 32);
      this.chunks.set(number, chunk);
    }
    this.touched.add(chunk);
    this.lastNumber = number;
    this.lastChunk = chunk;
  }
}
