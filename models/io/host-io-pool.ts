/** Host I/Os of one issuer that are used again and again: a run makes no more than are ever in flight at once. */
import { HostIo, type IoOwner } from './host-io.js';
import type { Plan } from './plan.js';

export class HostIoPool {
  private free: HostIo | null = null;

  constructor(private readonly owner: IoOwner) {}

  /** One that says what an entry of a request's plan says. */
  take(request: number, entry: number, plan: Plan): HostIo {
    const io = this.free ?? new HostIo(this.owner);
    this.free = io.next;
    io.next = null;
    io.kind = plan.kind[entry]!;
    io.mode = plan.mode[entry]!;
    io.purpose = plan.purpose[entry]!;
    io.file = plan.file[entry]!;
    io.offset = plan.offset[entry]!;
    io.bytes = plan.bytes[entry]!;
    io.request = request;
    io.entry = entry;
    return io;
  }

  /** Takes one back that is done. */
  give(io: HostIo): void {
    io.next = this.free;
    this.free = io;
  }
}
