/**
 * Slabs of a fixed number of runs, in chunks of one typed array each. A run is where it begins in the file, its first block, its length,
 * and a mark. It knows no files: whoever holds a slab's number owns it.
 */

/** Words of a run: begin, block, length * 2 + mark. */
const runWords = 3;
const slabsPerChunk = 512;

/** A slab begins with the number of its runs, which are sorted by where they begin. A free slab begins with the number of the next free one. */
export class RunSlabs {
  private readonly chunks: Int32Array[] = [];
  private readonly slabWords: number;
  private firstFree = -1;
  private made = 0;

  constructor(readonly capacity: number) {
    this.slabWords = 1 + capacity * runWords;
  }

  /** A slab without runs. */
  take(): number {
    let slab = this.firstFree;
    if (slab === -1) {
      slab = this.made++;
      if (slab % slabsPerChunk === 0) this.chunks.push(new Int32Array(slabsPerChunk * this.slabWords));
    } else {
      this.firstFree = this.words(slab)[this.base(slab)]!;
    }
    this.words(slab)[this.base(slab)] = 0;
    return slab;
  }

  giveBack(slab: number): void {
    this.words(slab)[this.base(slab)] = this.firstFree;
    this.firstFree = slab;
  }

  words(slab: number): Int32Array {
    return this.chunks[Math.floor(slab / slabsPerChunk)]!;
  }

  base(slab: number): number {
    return (slab % slabsPerChunk) * this.slabWords;
  }
}

export const wordOf = (base: number, run: number): number => base + 1 + run * runWords;

/** The first run of a slab that ends behind `at`; the number of runs if there is none. */
export function findRun(words: Int32Array, base: number, at: number): number {
  let low = 0;
  let high = words[base]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const w = wordOf(base, middle);
    if (words[w]! + (words[w + 2]! >>> 1) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function insertRun(words: Int32Array, base: number, run: number, begin: number, block: number, lengthAndMark: number): void {
  const w = wordOf(base, run);
  words.copyWithin(w + runWords, w, wordOf(base, words[base]!));
  words[w] = begin;
  words[w + 1] = block;
  words[w + 2] = lengthAndMark;
  words[base]! += 1;
}

export function deleteRun(words: Int32Array, base: number, run: number): void {
  const w = wordOf(base, run);
  words.copyWithin(w, w + runWords, wordOf(base, words[base]!));
  words[base]! -= 1;
}

/** Moves the runs from number `first` on to the end of another slab. */
export function moveRuns(from: Int32Array, fromBase: number, first: number, to: Int32Array, toBase: number): void {
  const moved = from[fromBase]! - first;
  const source = wordOf(fromBase, first);
  to.set(from.subarray(source, source + moved * runWords), wordOf(toBase, to[toBase]!));
  to[toBase]! += moved;
  from[fromBase]! -= moved;
}
