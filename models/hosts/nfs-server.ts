/**
 * An NFS server: threads take calls in the order of arrival, spend processor time on each, have the exported file system carry it out, and answer. It knows neither where
 * its files lie nor who its clients are; any number may be connected.
 */
import type { Kernel, TimerBank } from '../../sim/kernel.js';
import type { Nanoseconds } from '../../sim/units.js';
import { FileOp } from '../../traces/files/file-operation.js';
import { FileRequest, type FileOwner, type FileSystem } from '../filesystems/file-system.js';
import { Part, parts } from '../io/host-io.js';
import { RequestQueue } from '../io/request-queue.js';
import { NfsOp, type NfsCall } from './nfs-call.js';

export interface NfsServerSettings {
  /** Calls at work at once (nfsd threads). */
  readonly threads: number;
  readonly cores: number;
  /** Processor time of a call, and of each byte of data that it carries. */
  readonly callTime: Nanoseconds;
  readonly byteTime: Nanoseconds;
  /** Whether answers to stable writes and commits come before the data is durable (an `async` export). */
  readonly answersEarly: boolean;
}

export class NfsServer implements FileOwner {
  calls = 0;
  /** Threads at work. */
  busyThreads = 0;
  private readonly atWork: (NfsCall | null)[];
  private readonly requests: FileRequest[] = [];
  private readonly idle = new RequestQueue();
  private readonly forCore = new RequestQueue();
  private coresFree: number;
  private waiting: NfsCall | null = null;
  private lastWaiting: NfsCall | null = null;
  private readonly computed: TimerBank;

  constructor(
    private readonly kernel: Kernel,
    readonly files: FileSystem,
    private readonly settings: NfsServerSettings,
  ) {
    const { threads, cores } = settings;
    this.atWork = new Array<NfsCall | null>(threads).fill(null);
    this.coresFree = cores;
    for (let t = 0; t < threads; t++) {
      const request = new FileRequest(this);
      request.tag = t;
      this.requests.push(request);
      this.idle.push(t);
    }
    this.computed = kernel.bank(threads, (t) => this.endComputing(t));
  }

  /** A call has arrived. */
  take(call: NfsCall): void {
    this.calls += 1;
    call.next = null;
    if (this.idle.size > 0) this.assign(this.idle.shift(), call);
    else if (this.lastWaiting === null) this.waiting = this.lastWaiting = call;
    else {
      this.lastWaiting.next = call;
      this.lastWaiting = call;
    }
  }

  fileDone(request: FileRequest): void {
    const call = this.atWork[request.tag]!;
    const { spent } = request;
    // What a file system spends its time on beside its device (its journal, room for dirty pages, processor) is waiting, seen from here.
    for (let part = 0; part < spent.length; part++) call.spent[part < parts ? part : Part.QUEUE]! += spent[part]!;
    call.since = this.kernel.now;
    this.answer(request.tag);
  }

  private assign(t: number, call: NfsCall): void {
    this.atWork[t] = call;
    this.busyThreads += 1;
    if (this.coresFree > 0) this.compute(t);
    else this.forCore.push(t);
  }

  private compute(t: number): void {
    const call = this.atWork[t]!;
    const { callTime, byteTime } = this.settings;
    this.coresFree -= 1;
    call.charge(Part.QUEUE, this.kernel.now);
    this.computed.start(t, callTime + (call.op <= NfsOp.WRITE_STABLE ? call.bytes * byteTime : 0));
  }

  private endComputing(t: number): void {
    const call = this.atWork[t]!;
    call.charge(Part.OVERHEAD, this.kernel.now);
    this.coresFree += 1;
    if (this.forCore.size > 0) this.compute(this.forCore.shift());
    const isDurable = call.op === NfsOp.WRITE_STABLE || call.op === NfsOp.COMMIT;
    if (call.op === NfsOp.ATTRIBUTES || (call.op === NfsOp.COMMIT && this.settings.answersEarly)) {
      this.answer(t);
      return;
    }
    const request = this.requests[t]!;
    request.op = fileOpOf(call.op);
    request.file = call.file;
    request.offset = call.offset;
    request.bytes = call.bytes;
    request.synchronous = isDurable && !this.settings.answersEarly;
    this.files.submit(request);
  }

  private answer(t: number): void {
    const call = this.atWork[t]!;
    this.atWork[t] = null;
    this.busyThreads -= 1;
    call.replies!.send(call.tag, call.replyBytes);
    const next = this.waiting;
    if (next === null) {
      this.idle.push(t);
      return;
    }
    this.waiting = next.next;
    if (this.waiting === null) this.lastWaiting = null;
    this.assign(t, next);
  }
}

function fileOpOf(op: NfsOp): FileOp {
  if (op === NfsOp.READ) return FileOp.READ;
  if (op === NfsOp.COMMIT) return FileOp.FDATASYNC;
  return op === NfsOp.TRUNCATE ? FileOp.TRUNCATE : FileOp.WRITE;
}
