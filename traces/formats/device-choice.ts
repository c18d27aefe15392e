/** Which disk's records are read, where each line of a file names one: the chosen disk, or the only one. It knows no syntax. */
import { InputError } from '../../sim/errors.js';

/** `--device all`: the records of every disk, laid over one another. */
export const allDevices = 'all';
const nameBytesMax = 256;

export class DeviceChoice {
  private readonly name = new Uint8Array(nameBytesMax);
  private length = -1;
  private readonly isGiven: boolean;
  private readonly takesAll: boolean;

  /**
   * @param path the trace, for errors
   * @param device its name as the file spells it, or `all`; where undefined, there may be only one
   */
  constructor(
    private readonly path: string,
    device: string | undefined,
  ) {
    this.isGiven = device !== undefined;
    this.takesAll = device === allDevices;
    if (device === undefined || this.takesAll) return;
    const bytes = new TextEncoder().encode(device);
    if (bytes.length === 0 || bytes.length > nameBytesMax) throw new InputError('--device', JSON.stringify(device), 'the name of a disk');
    this.take(bytes, 0, bytes.length);
  }

  /** Whether a record of the disk named by `bytes` from `start` to before `end` is read. False for another where one was chosen. */
  accepts(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.takesAll || this.isKnown(bytes, start, end)) return true;
    if (this.isGiven) return false;
    if (this.length >= 0) {
      const first = this.text(this.name, 0, this.length);
      const other = this.text(bytes, start, end);
      const choice = `one disk, chosen with --device ${first}, or --device ${allDevices}, which lays them over one another`;
      throw new InputError(this.path, `records of the disks ${first} and ${other}`, choice);
    }
    this.take(bytes, start, end);
    return true;
  }

  /** Why there is no record. */
  refuseEmpty(): never {
    const of = this.isGiven && !this.takesAll ? ` of the disk ${this.text(this.name, 0, this.length)}` : '';
    throw new InputError(this.path, `no record${of}`, 'at least one record');
  }

  private isKnown(bytes: Uint8Array, start: number, end: number): boolean {
    const { name, length } = this;
    if (end - start !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== name[i]) return false;
    return true;
  }

  private take(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > nameBytesMax) throw new InputError(this.path, `a disk's name of ${end - start} bytes`, `at most ${nameBytesMax}`);
    this.name.set(bytes.subarray(start, end));
    this.length = end - start;
  }

  private text(bytes: Uint8Array, start: number, end: number): string {
    return new TextDecoder('latin1').decode(bytes.subarray(start, end));
  }
}
