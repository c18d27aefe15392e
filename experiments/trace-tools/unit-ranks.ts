/** How many units of a set lie below a unit. It does not know what the units are. */

const bitsOf = (word: number): number => {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** A part of a set: its number among the parts of equal size, and its units as bits. */
export interface SetPart {
  readonly number: number;
  readonly bits: Uint32Array;
}

export class UnitRanks {
  private readonly before: readonly Uint32Array[];
  private readonly base: readonly number[];
  private readonly total: number;

  /** @param parts ascending by number, @param partUnits units of each */
  constructor(
    private readonly parts: readonly SetPart[],
    private readonly partUnits: number,
  ) {
    let total = 0;
    const base: number[] = [];
    this.before = parts.map(({ bits }) => {
      base.push(total);
      const counts = new Uint32Array(bits.length);
      let count = 0;
      for (let word = 0; word < bits.length; word++) {
        counts[word] = count;
        count += bitsOf(bits[word]!);
      }
      total += count;
      return counts;
    });
    this.base = base;
    this.total = total;
  }

  /** Units of the set below `unit`. */
  below(unit: number): number {
    const number = Math.floor(unit / this.partUnits);
    const index = this.firstFrom(number);
    if (index === this.parts.length) return this.total;
    if (this.parts[index]!.number > number) return this.base[index]!;
    const within = unit - number * this.partUnits;
    const lower = this.parts[index]!.bits[within >>> 5]! & ((1 << (within & 31)) - 1);
    return this.base[index]! + this.before[index]![within >>> 5]! + bitsOf(lower);
  }

  /** Index of the first part whose number is at least `number`. */
  private firstFrom(number: number): number {
    let low = 0;
    let high = this.parts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.parts[middle]!.number < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
