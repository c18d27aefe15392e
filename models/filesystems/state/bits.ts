/** A bitmap in words of 32 bits: where the next clear or set bit stands. It knows no blocks and no inodes. */

export const isSet = (words: Uint32Array, bit: number): boolean => ((words[bit >>> 5]! >>> (bit & 31)) & 1) === 1;

export function setRange(words: Uint32Array, from: number, bits: number): void {
  for (let bit = from; bit < from + bits;) {
    const inWord = Math.min(32 - (bit & 31), from + bits - bit);
    words[bit >>> 5]! |= maskOf(bit & 31, inWord);
    bit += inWord;
  }
}

export function clearRange(words: Uint32Array, from: number, bits: number): void {
  for (let bit = from; bit < from + bits;) {
    const inWord = Math.min(32 - (bit & 31), from + bits - bit);
    words[bit >>> 5]! &= ~maskOf(bit & 31, inWord);
    bit += inWord;
  }
}

const maskOf = (first: number, bits: number): number => (bits === 32 ? 0xffffffff : ((1 << bits) - 1) << first);

/** The first clear bit in [from, to); -1 if there is none. */
export const nextClear = (words: Uint32Array, from: number, to: number): number => next(words, from, to, 0xffffffff);

/** The first set bit in [from, to); -1 if there is none. */
export const nextSet = (words: Uint32Array, from: number, to: number): number => next(words, from, to, 0);

/** The first bit that is set once the words are flipped by `flip`. */
function next(words: Uint32Array, from: number, to: number, flip: number): number {
  if (from >= to) return -1;
  let word = from >>> 5;
  let left = (words[word]! ^ flip) & (0xffffffff << (from & 31));
  const last = (to - 1) >>> 5;
  while (left === 0) {
    if (++word > last) return -1;
    left = words[word]! ^ flip;
  }
  const bit = word * 32 + (31 - Math.clz32(left & -left));
  return bit < to ? bit : -1;
}

/** The first bit of the first byte without a set bit that lies in [from, to); -1 if there is none. */
export function nextClearByte(words: Uint32Array, from: number, to: number): number {
  for (let bit = (from + 7) & ~7; bit + 8 <= to; bit += 8) {
    const word = words[bit >>> 5]!;
    if (((word >>> (bit & 31)) & 0xff) === 0) return bit;
    if (word === 0xffffffff) bit |= 24;
  }
  return -1;
}

/** Set bits in [0, bits). */
export function countSet(words: Uint32Array, bits: number): number {
  let count = 0;
  for (let bit = nextSet(words, 0, bits); bit !== -1;) {
    const end = nextClear(words, bit, bits);
    count += (end === -1 ? bits : end) - bit;
    bit = end === -1 ? -1 : nextSet(words, end, bits);
  }
  return count;
}
