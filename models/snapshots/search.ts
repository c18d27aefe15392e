/**
 * Finding a snapshot by its time, with every comparison of two times counted: scanning, the paper's search, and a list kept sorted. It knows
 * no disk. Source: OnceCloud paper, section 3.2.3, algorithm 1.
 */
import { compareTimes, type SnapshotTime } from './snapshot-name.js';

/** Compares times and counts how often. */
export class Comparisons {
  count = 0;

  compare(a: SnapshotTime, b: SnapshotTime): number {
    this.count += 1;
    return compareTimes(a, b);
  }
}

/** Index of the snapshot of a time in a list in any order; -1 if there is none. What systems did before. */
export function scan(list: readonly SnapshotTime[], sought: SnapshotTime, comparisons: Comparisons): number {
  return list.findIndex((snapshot) => comparisons.compare(sought, snapshot) === 0);
}

/**
 * The paper's search: quicksort on every query, then binary search. Answers the index in the list, which it sorts; -1 if there is none.
 * The published pseudo-code goes on with `p <- m - 1` where the sought time is later, which never ends: here it is `m + 1`. And its
 * upper end is the list's length, one behind the last: here it is the last.
 */
export function sortAndSearch(list: SnapshotTime[], sought: SnapshotTime, comparisons: Comparisons): number {
  quicksort(list, 0, list.length - 1, comparisons);
  return binarySearch(list, sought, comparisons);
}

/** Goes on in a loop with the longer side, so that a sorted list of any length is no deep recursion; the comparisons are the same. */
function quicksort(list: SnapshotTime[], first: number, last: number, comparisons: Comparisons): void {
  let [p, r] = [first, last];
  while (p < r) {
    const q = partition(list, p, r, comparisons);
    if (q - p < r - q) {
      quicksort(list, p, q - 1, comparisons);
      p = q + 1;
    } else {
      quicksort(list, q + 1, r, comparisons);
      r = q - 1;
    }
  }
}

/** Moves what is not later than the last one before it. Answers where that one stands then. */
function partition(list: SnapshotTime[], p: number, r: number, comparisons: Comparisons): number {
  const pivot = list[r]!;
  let i = p - 1;
  for (let j = p; j < r; j++) if (comparisons.compare(list[j]!, pivot) <= 0) swap(list, ++i, j);
  swap(list, i + 1, r);
  return i + 1;
}

function swap(list: SnapshotTime[], i: number, j: number): void {
  [list[i], list[j]] = [list[j]!, list[i]!];
}

function binarySearch(list: readonly SnapshotTime[], sought: SnapshotTime, comparisons: Comparisons): number {
  let p = 0;
  let r = list.length - 1;
  while (p <= r) {
    const m = (p + r) >>> 1;
    const order = comparisons.compare(sought, list[m]!);
    if (order === 0) return m;
    if (order < 0) r = m - 1;
    else p = m + 1;
  }
  return -1;
}

/** Snapshots in the order of their times, kept so as they are taken: a query is a binary search alone. */
export class SortedSnapshots {
  private readonly list: SnapshotTime[] = [];

  constructor(readonly comparisons: Comparisons = new Comparisons()) {}

  get size(): number {
    return this.list.length;
  }

  /** Takes the next snapshot in, taken in this second; those of one second are told apart by their order. Clocks that go back are refused. */
  append(seconds: number): SnapshotTime {
    const last = this.list[this.list.length - 1];
    if (last !== undefined && seconds < last.seconds) throw new RangeError(`a snapshot at ${seconds} s after one at ${last.seconds} s`);
    const taken = { seconds, ordinal: last?.seconds === seconds ? last.ordinal + 1 : 0 };
    this.list.push(taken);
    return taken;
  }

  /** The snapshot of a time, or null. */
  find(sought: SnapshotTime): SnapshotTime | null {
    return this.list[binarySearch(this.list, sought, this.comparisons)] ?? null;
  }

  /** Answers whether there was such a snapshot. */
  remove(sought: SnapshotTime): boolean {
    const i = binarySearch(this.list, sought, this.comparisons);
    if (i === -1) return false;
    this.list.splice(i, 1);
    return true;
  }
}
