/**
 * Named random streams. One stream per purpose, so that two variants of a model see the same randomness.
 *
 * - `seedrandom` turns a text of any length into a well-mixed state: `alea` seeded with `${seed}/${name}`.
 * - The draws themselves are xoshiro128** (Blackman and Vigna, 2018) in four fields: fast, and nothing is allocated.
 * - `keyed` draws by (stream, entity, operation), for draws that must pair between variants whatever else was drawn between.
 */
import seedrandom from 'seedrandom';

const TWO_32 = 4294967296;
const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number | string, name: string) {
    const source = seedrandom.alea(`${seed}/${name}`);
    this.a = source.int32();
    this.b = source.int32();
    this.c = source.int32();
    this.d = source.int32() | 1; // never all zero
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const result = Math.imul(rotl(Math.imul(this.b, 5), 7), 9);
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = rotl(this.d, 11);
    return result >>> 0;
  }

  /** Uniform on [0, 1), 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** A whole number on [0, n), for n up to 2^53; the bias is below n / 2^53. */
  below(n: number): number {
    return Math.floor(n <= TWO_32 ? (this.uint32() / TWO_32) * n : this.uniform() * n);
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.uniform() < p;
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -mean * Math.log1p(-this.uniform());
  }
}

/** Mixes 32 bits so that each bit of the input moves about half of the output's (the finalizer of MurmurHash3). */
export function mix32(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Draws that depend on nothing but the stream's name and two numbers. */
export class KeyedRandom {
  private readonly key: number;

  constructor(seed: number | string, name: string) {
    this.key = seedrandom.alea(`${seed}/${name}`).int32();
  }

  /** Uniform on [0, 1) for this entity's operation, 32 bits. */
  uniform(entity: number, operation: number): number {
    return (mix32(mix32(this.key ^ mix32(entity)) ^ operation) >>> 0) / TWO_32;
  }
}

/**
 * A bijection of [0, size) in pseudo-random order that needs no memory: a four-round Feistel network on the
 * next even number of bits, walked until it falls inside.
 */
export class RandomPermutation {
  private readonly half: number;
  private readonly mask: number;
  private readonly keys: Int32Array;

  /** @param size at most 2^32 */
  constructor(
    readonly size: number,
    stream: RandomStream,
  ) {
    if (!Number.isInteger(size) || size < 1 || size > TWO_32) throw new RangeError(`a permutation of ${size} elements`);
    this.half = Math.max(1, Math.ceil(Math.log2(size) / 2));
    this.mask = 2 ** this.half - 1;
    this.keys = Int32Array.from({ length: 4 }, () => stream.uint32());
  }

  /** The element at `index`. */
  at(index: number): number {
    const { half, mask, keys } = this;
    let x = index;
    do {
      let left = Math.floor(x / (mask + 1));
      let right = x % (mask + 1);
      for (let round = 0; round < 4; round++) {
        const next = left ^ (mix32(right ^ keys[round]!) & mask);
        left = right;
        right = next;
      }
      x = left * 2 ** half + right;
    } while (x >= this.size);
    return x;
  }
}
