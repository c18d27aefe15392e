/**
 * Which blocks hold which part of each file, as sorted runs with a mark each. Most files are one run from their start: two columns hold
 * it. Others have a slab that grows by size classes; the few of very many runs have an index of slabs. It knows neither allocation nor metadata.
 */
import { Int32Column } from './column.js';
import { deleteRun, findRun, insertRun, moveRuns, RunSlabs, wordOf } from './run-slabs.js';

const indexed = 4;
const classMask = 7;
const noRuns = new Int32Array(1);

/** Slabs of one file in order, with where the runs of each begin. */
class SlabIndex {
  slabs = new Int32Array(8);
  begins = new Int32Array(8);
  size = 0;
  runs = 0;

  insert(at: number, slab: number, begin: number): void {
    if (this.size === this.slabs.length) {
      const [slabs, begins] = [new Int32Array(this.size * 2), new Int32Array(this.size * 2)];
      slabs.set(this.slabs);
      begins.set(this.begins);
      [this.slabs, this.begins] = [slabs, begins];
    }
    this.slabs.copyWithin(at + 1, at, this.size);
    this.begins.copyWithin(at + 1, at, this.size);
    this.slabs[at] = slab;
    this.begins[at] = begin;
    this.size += 1;
  }

  delete(at: number): void {
    this.slabs.copyWithin(at, at + 1, this.size);
    this.begins.copyWithin(at, at + 1, this.size);
    this.size -= 1;
  }

  /** The last slab whose runs begin at or before `at`, or the first. */
  find(at: number): number {
    let low = 0;
    let high = this.size;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.begins[middle]! <= at) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Cursor fields hold the run found last by `seek` and `next`, until the map changes. */
export class RunMap {
  /** Where the run found begins in the file. */
  begin = 0;
  block = 0;
  blocks = 0;
  mark = 0;

  private readonly inlineBlock = new Int32Column();
  private readonly inlineBlocks = new Int32Column();
  /** 0: one run from the file's start, or none. Else number * 8 + class: 1 to 3 a slab, 4 an index of slabs. */
  private readonly handle = new Int32Column();
  private readonly classes = [new RunSlabs(4), new RunSlabs(16), new RunSlabs(64)] as const;
  private readonly indexes: (SlabIndex | undefined)[] = [];
  private readonly freeIndexes: number[] = [];

  private words: Int32Array = noRuns;
  private base = 0;
  private run = 0;
  private index: SlabIndex | null = null;
  private slabAt = 0;

  /** Finds the run that holds block `at` of the file, else the first one behind it; false if there is none. */
  seek(file: number, at: number): boolean {
    const handle = this.handle.get(file);
    if (handle === 0) {
      this.begin = 0;
      this.block = this.inlineBlock.get(file);
      this.blocks = this.inlineBlocks.get(file);
      this.mark = 0;
      this.words = noRuns;
      this.base = this.run = 0;
      this.index = null;
      return this.blocks > at;
    }
    this.open(handle, at);
    this.run = findRun(this.words, this.base, at);
    return this.load();
  }

  /** Finds the last run that begins before block `at` of the file; false if there is none. */
  seekBefore(file: number, at: number): boolean {
    const handle = this.handle.get(file);
    if (handle === 0) return this.seek(file, 0) && at > 0;
    this.open(handle, at - 1);
    this.run = findRun(this.words, this.base, at - 1);
    const isBefore = this.run < this.words[this.base]! && this.words[wordOf(this.base, this.run)]! < at;
    if (!isBefore) this.run -= 1;
    return this.run >= 0 && this.load();
  }

  /** The run after the one found last; false if there is none. */
  next(): boolean {
    this.run += 1;
    return this.load();
  }

  /** Number of runs. */
  count(file: number): number {
    const handle = this.handle.get(file);
    if (handle === 0) return this.inlineBlocks.get(file) > 0 ? 1 : 0;
    if ((handle & classMask) === indexed) return this.indexes[handle >> 3]!.runs;
    this.open(handle, 0);
    return this.words[this.base]!;
  }

  /** Adds a run where the file has none; joins it with its neighbours where they go on in the same way. */
  put(file: number, begin: number, block: number, blocks: number, mark = 0): void {
    let handle = this.handle.get(file);
    if (handle === 0) {
      if (this.putInline(file, begin, block, blocks, mark)) return;
      handle = this.leaveInline(file);
    }
    this.open(handle, begin);
    const run = findRun(this.words, this.base, begin);
    if (this.join(run, begin, block, blocks, mark)) return;
    if (this.words[this.base] === this.capacity(handle)) {
      this.makeRoom(file, handle);
      this.put(file, begin, block, blocks, mark);
      return;
    }
    insertRun(this.words, this.base, run, begin, block, blocks * 2 + mark);
    if (this.index !== null) {
      this.index.runs += 1;
      if (run === 0) this.index.begins[this.slabAt] = begin;
    }
  }

  /** Takes blocks [begin, begin + blocks) out of the file. */
  remove(file: number, begin: number, blocks: number): void {
    const end = begin + blocks;
    while (this.seek(file, begin) && this.begin < end) {
      const [at, block, length, mark] = [this.begin, this.block, this.blocks, this.mark];
      this.drop(file);
      if (at < begin) this.put(file, at, block, begin - at, mark);
      if (at + length > end) this.put(file, end, block + (end - at), at + length - end, mark);
    }
  }

  /** Takes everything from block `begin` on out of the file. */
  cut(file: number, begin: number): void {
    if (begin === 0) {
      this.clear(file);
      return;
    }
    while (this.seekLast(file) && this.begin + this.blocks > begin) {
      const [at, block, mark] = [this.begin, this.block, this.mark];
      this.drop(file);
      if (at < begin) this.put(file, at, block, begin - at, mark);
    }
  }

  private clear(file: number): void {
    const handle = this.handle.get(file);
    const number = handle >> 3;
    if ((handle & classMask) === indexed) {
      const index = this.indexes[number]!;
      for (let i = 0; i < index.size; i++) this.classes[2].giveBack(index.slabs[i]!);
      this.indexes[number] = undefined;
      this.freeIndexes.push(number);
    } else if (handle !== 0) {
      this.slabsOf(handle).giveBack(number);
    }
    this.handle.set(file, 0);
    this.inlineBlocks.set(file, 0);
  }

  private slabsOf(handle: number): RunSlabs {
    return this.classes[((handle & classMask) - 1) as 0 | 1 | 2];
  }

  private capacity(handle: number): number {
    return (handle & classMask) === indexed ? this.classes[2].capacity : this.slabsOf(handle).capacity;
  }

  /** Points at the slab in which `at` of the file belongs. */
  private open(handle: number, at: number): void {
    if ((handle & classMask) === indexed) {
      this.index = this.indexes[handle >> 3]!;
      this.enter(this.index.find(at));
    } else {
      const slabs = this.slabsOf(handle);
      this.index = null;
      this.words = slabs.words(handle >> 3);
      this.base = slabs.base(handle >> 3);
    }
  }

  private enter(slabAt: number): void {
    const slab = this.index!.slabs[slabAt]!;
    this.slabAt = slabAt;
    this.words = this.classes[2].words(slab);
    this.base = this.classes[2].base(slab);
  }

  /** Fills the cursor from the run it points at, in the next slab if need be. */
  private load(): boolean {
    if (this.run >= this.words[this.base]!) {
      if (this.index === null || this.slabAt + 1 >= this.index.size) return false;
      this.enter(this.slabAt + 1);
      this.run = 0;
    }
    const w = wordOf(this.base, this.run);
    this.begin = this.words[w]!;
    this.block = this.words[w + 1]!;
    this.blocks = this.words[w + 2]! >>> 1;
    this.mark = this.words[w + 2]! & 1;
    return true;
  }

  private seekLast(file: number): boolean {
    const handle = this.handle.get(file);
    if (handle === 0) return this.seek(file, 0);
    this.open(handle, 0x7fffffff);
    if (this.words[this.base] === 0) return false;
    this.run = this.words[this.base]! - 1;
    return this.load();
  }

  /** Takes out the run that the cursor points at. */
  private drop(file: number): void {
    if (this.handle.get(file) === 0) {
      this.inlineBlocks.set(file, 0);
      return;
    }
    deleteRun(this.words, this.base, this.run);
    if (this.index === null) return;
    this.index.runs -= 1;
    if (this.words[this.base] === 0 && this.index.size > 1) {
      this.classes[2].giveBack(this.index.slabs[this.slabAt]!);
      this.index.delete(this.slabAt);
    } else if (this.run === 0) {
      this.index.begins[this.slabAt] = this.words[wordOf(this.base, 0)]!;
    }
  }

  private putInline(file: number, begin: number, block: number, blocks: number, mark: number): boolean {
    if (mark !== 0) return false;
    const held = this.inlineBlocks.get(file);
    if (begin !== held || (held > 0 && block !== this.inlineBlock.get(file) + held)) return false;
    if (held === 0) this.inlineBlock.set(file, block);
    this.inlineBlocks.set(file, held + blocks);
    return true;
  }

  private leaveInline(file: number): number {
    const slab = this.classes[0].take();
    const held = this.inlineBlocks.get(file);
    if (held > 0) insertRun(this.classes[0].words(slab), this.classes[0].base(slab), 0, 0, this.inlineBlock.get(file), held * 2);
    this.inlineBlocks.set(file, 0);
    const handle = slab * 8 + 1;
    this.handle.set(file, handle);
    return handle;
  }

  /** Joins with the run before number `run`, or with that one, or both. */
  private join(run: number, begin: number, block: number, blocks: number, mark: number): boolean {
    const { words, base } = this;
    const here = wordOf(base, run);
    const before = here - 3;
    const goesOn = run < words[base]! && begin + blocks === words[here]! && isOneRun(block, blocks, mark, words, here);
    if (run > 0) {
      const held = words[before + 2]! >>> 1;
      if (words[before]! + held === begin && words[before + 1]! + held === block && (words[before + 2]! & 1) === mark) {
        words[before + 2] = (held + blocks + (goesOn ? words[here + 2]! >>> 1 : 0)) * 2 + mark;
        if (goesOn) {
          deleteRun(words, base, run);
          if (this.index !== null) this.index.runs -= 1;
        }
        return true;
      }
    }
    if (!goesOn) return false;
    words[here] = begin;
    words[here + 1] = block;
    words[here + 2] = ((words[here + 2]! >>> 1) + blocks) * 2 + mark;
    if (run === 0 && this.index !== null) this.index.begins[this.slabAt] = begin;
    return true;
  }

  /** Moves the runs of a full slab to a larger one, or half of them to another of the largest kind. */
  private makeRoom(file: number, handle: number): void {
    const kind = handle & classMask;
    if (kind < 3) {
      const larger = this.classes[kind as 1 | 2];
      const slab = larger.take();
      moveRuns(this.words, this.base, 0, larger.words(slab), larger.base(slab));
      this.slabsOf(handle).giveBack(handle >> 3);
      this.handle.set(file, slab * 8 + kind + 1);
      return;
    }
    if (kind === 3) {
      const index = new SlabIndex();
      index.insert(0, handle >> 3, 0);
      index.runs = this.words[this.base]!;
      const number = this.freeIndexes.pop() ?? this.indexes.length;
      this.indexes[number] = index;
      this.handle.set(file, number * 8 + indexed);
      return;
    }
    this.splitSlab();
  }

  private splitSlab(): void {
    const [index, slabs] = [this.index!, this.classes[2]];
    const slab = slabs.take();
    // A file written in order fills its slabs: the last one keeps its runs and a new one goes on.
    const isLast = this.slabAt === index.size - 1;
    moveRuns(this.words, this.base, isLast ? slabs.capacity - 4 : slabs.capacity / 2, slabs.words(slab), slabs.base(slab));
    index.insert(this.slabAt + 1, slab, slabs.words(slab)[wordOf(slabs.base(slab), 0)]!);
  }
}

const isOneRun = (block: number, blocks: number, mark: number, words: Int32Array, here: number): boolean =>
  block + blocks === words[here + 1]! && (words[here + 2]! & 1) === mark;
