/** Units of a disk that an image's tables say are zeros, with no place for them. They know neither files nor I/O. */
import type { Bytes } from '../../sim/units.js';

export class ZeroUnits {
  private readonly isSet: Uint8Array;

  constructor(
    private readonly unitBytes: Bytes,
    units: number,
  ) {
    this.isSet = new Uint8Array(units);
  }

  clear(): void {
    this.isSet.fill(0);
  }

  /** Has `units` units from `first` on be zeros, or no longer. */
  put(first: number, units: number, areZeros: boolean): void {
    this.isSet.fill(Number(areZeros), first, first + units);
  }

  has(offset: Bytes): boolean {
    return this.isSet[Math.floor(offset / this.unitBytes)] === 1;
  }

  /** How far from `offset` on, at most `bytes`, all is zeros, or none. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    const { isSet, unitBytes } = this;
    const unit = Math.floor(offset / unitBytes);
    let next = unit + 1;
    while (next * unitBytes < offset + bytes && isSet[next] === isSet[unit]) next += 1;
    return Math.min(bytes, next * unitBytes - offset);
  }
}
