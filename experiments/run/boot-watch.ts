/** A host between a virtual disk and its host that changes nothing: it notes how many I/Os of a kind are out at once, and when each began. For checks of what works in the background. */
import { HostIo, type Host, type IoOwner } from '../../models/io/host-io.js';
import type { Kernel } from '../../sim/kernel.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';

export class WatchedHost implements Host, IoOwner {
  /** Most I/Os that were out at once, by Kind. */
  readonly most: number[] = [];
  /** When each I/O began, and its size, by Kind. */
  readonly begun: ({ at: Nanoseconds; bytes: Bytes }[] | undefined)[] = [];
  private readonly out: number[] = [];
  private readonly originals: HostIo[] = [];

  constructor(
    private readonly kernel: Kernel,
    private readonly host: Host,
  ) {}

  submit(io: HostIo): void {
    const { kind } = io;
    const copy = new HostIo(this);
    Object.assign(copy, { kind, mode: io.mode, purpose: io.purpose, file: io.file, offset: io.offset, bytes: io.bytes });
    copy.request = this.originals.push(io) - 1;
    this.out[kind] = (this.out[kind] ?? 0) + 1;
    this.most[kind] = Math.max(this.most[kind] ?? 0, this.out[kind]);
    (this.begun[kind] ??= []).push({ at: this.kernel.now, bytes: io.bytes });
    io.submitted = this.kernel.now;
    this.host.submit(copy);
  }

  ioDone(copy: HostIo): void {
    const io = this.originals[copy.request]!;
    this.out[copy.kind]! -= 1;
    io.spent.set(copy.spent);
    io.seekCylinders = copy.seekCylinders;
    io.owner.ioDone(io);
  }
}

/** The highest rate over any `count` I/Os in a row, in bytes a second, rests behind each included; 0 where there are fewer. */
export function highestRate(begun: readonly { readonly at: Nanoseconds; readonly bytes: Bytes }[], count: number): number {
  let highest = 0;
  let bytes = 0;
  begun.forEach(({ at, bytes: size }, i) => {
    if (i >= count) {
      const time = at - begun[i - count]!.at;
      highest = Math.max(highest, (bytes / time) * 1e9);
      bytes -= begun[i - count]!.bytes;
    }
    bytes += size;
  });
  return highest;
}
