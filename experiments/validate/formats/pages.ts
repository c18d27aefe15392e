/** Which 4 KiB pages of a sparse host file were ever written: what the host says of its holes. */
import type { Bytes } from '../../../sim/units.js';

const pageBytes = 4096;

export class Pages {
  private bits = new Uint8Array(1024);

  write(offset: Bytes, bytes: Bytes): void {
    const last = Math.floor((offset + bytes - 1) / pageBytes);
    if (last >= this.bits.length * 8) this.grow(last);
    for (let page = Math.floor(offset / pageBytes); page <= last; page++) this.bits[page >> 3]! |= 1 << (page & 7);
  }

  /** Zeros without data: pages that lie within as a whole are holes. */
  clear(offset: Bytes, bytes: Bytes): void {
    const end = Math.min(Math.floor((offset + bytes) / pageBytes), this.bits.length * 8);
    for (let page = Math.ceil(offset / pageBytes); page < end; page++) this.bits[page >> 3]! &= ~(1 << (page & 7));
  }

  /** Whether none of a range holds data. */
  isHole(offset: Bytes, bytes: Bytes): boolean {
    const { isData, bytes: run } = this.run(offset, bytes);
    return !isData && run === bytes;
  }

  /** Whether `offset` holds data, and how far from there on that stays so, at most `bytes`. */
  run(offset: Bytes, bytes: Bytes): { isData: boolean; bytes: Bytes } {
    let page = Math.floor(offset / pageBytes);
    const isData = this.has(page);
    do page += 1;
    while (page * pageBytes < offset + bytes && this.has(page) === isData);
    return { isData, bytes: Math.min(bytes, page * pageBytes - offset) };
  }

  private has(page: number): boolean {
    return ((this.bits[page >> 3] ?? 0) & (1 << (page & 7))) !== 0;
  }

  private grow(page: number): void {
    const wider = new Uint8Array(Math.max(this.bits.length * 2, (page >> 3) + 1));
    wider.set(this.bits);
    this.bits = wider;
  }
}
