/**
 * A host that keeps files on an NFS server (version 3 over TCP) and passes its own page cache by, as a hypervisor with direct I/O does. One connection to the server, shared by
 * all that use this client. It knows neither the server's cache nor its drive.
 *
 * - An I/O is cut into pieces of the transfer size, which go out together, as far as the transport has room for calls; the last one back ends it.
 * - A write in one piece is stable; the pieces of a longer one are unstable and a commit follows.
 * - Before the first I/O on a file the client asks for it, step by step; answers carry attributes, and only when none came for a while it asks again.
 * - FLUSH finds nothing to do: what was written is durable. Version 3 cannot punch, zero or reserve: such calls are refused here, at no cost.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { Part, parts, type Host, type HostIo } from '../io/host-io.js';
import { Kind } from '../io/plan.js';
import type { Flow, Network, Receiver } from '../network/network.js';
import { NfsCall, NfsOp } from './nfs-call.js';
import type { NfsServer } from './nfs-server.js';

export interface NfsClientSettings {
  /** Most data of a READ or a WRITE call (rsize, wsize). */
  readonly readBytes: Bytes;
  readonly writeBytes: Bytes;
  /** Calls that are out at once (the transport's slots). */
  readonly calls: number;
  /** Questions before the first I/O on a file: LOOKUP, ACCESS, GETATTR. */
  readonly openCalls: number;
  /** After this without an answer about a file, its attributes are asked for again. */
  readonly attributeAge: Nanoseconds;
}

const mostFiles = 1024;
const NEVER = -1;

/** What a transfer is at. */
const enum Phase {
  /** Small questions, one after another. */
  ASK = 0,
  DATA = 1,
  COMMIT = 2,
}

/** An I/O that was cut up into calls. */
class Transfer {
  io: HostIo | null = null;
  file = 0;
  offset: Bytes = 0.5 - 0.5;
  bytes: Bytes = 0.5 - 0.5;
  phase = Phase.DATA;
  /** Questions that come before the data, the one under way included. */
  questions = 0;
  /** Calls of this phase that are still to be made, and those that are out. */
  toMake = 0;
  outstanding = 0;
  /** Data not asked for yet begins here. */
  cursor: Bytes = 0.5 - 0.5;
  since: Nanoseconds = 0.5 - 0.5;
  next: Transfer | null = null;
}

export class NfsClient implements Host {
  private readonly requests: Flow;
  private readonly replies: Flow;
  private readonly calls: NfsCall[] = [];
  private readonly transferOf: (Transfer | null)[];
  private freeCall: NfsCall | null = null;
  /** Transfers that have calls to make and found no slot, in order. */
  private waiting: Transfer | null = null;
  private lastWaiting: Transfer | null = null;
  private pool: Transfer | null = null;
  private readonly heardAt = new Float64Array(mostFiles).fill(NEVER);
  private free: HostIo | null = null;
  private lastFree: HostIo | null = null;
  private readonly freeDone: Timer;

  /**
   * @param port of this client on the network; `serverPort` the server's
   * @param fileOf the server's file for each file of the images, for use as a Host
   */
  constructor(
    private readonly kernel: Kernel,
    network: Network,
    port: number,
    serverPort: number,
    private readonly server: NfsServer,
    private readonly settings: NfsClientSettings,
    private readonly fileOf: readonly number[] = [],
  ) {
    const atServer: Receiver = { delivered: (tag, began, sent) => this.arriveAtServer(this.calls[tag]!, began, sent) };
    const atClient: Receiver = { delivered: (tag, began, sent) => this.arriveBack(this.calls[tag]!, began, sent) };
    this.requests = network.connect(port, serverPort, atServer);
    this.replies = network.connect(serverPort, port, atClient);
    for (let i = 0; i < settings.calls; i++) {
      const call = new NfsCall(i);
      call.replies = this.replies;
      call.next = this.freeCall;
      this.freeCall = call;
      this.calls.push(call);
    }
    this.transferOf = new Array<Transfer | null>(settings.calls).fill(null);
    this.freeDone = kernel.timer(() => this.finishFree());
  }

  /** Carries out an I/O on the server's file that stands for `io.file`. */
  submit(io: HostIo): void {
    this.carry(io, this.fileOf[io.file]!, io.offset, io.bytes);
  }

  /** Carries out an I/O at a place of the server's file `file`. Sets `io.submitted` and fills `io.spent`. */
  carry(io: HostIo, file: number, offset: Bytes, bytes: Bytes): void {
    const { now } = this.kernel;
    io.submitted = now;
    io.spent.fill(0);
    io.seekCylinders = 0;
    if (io.kind !== Kind.READ && io.kind !== Kind.WRITE && io.kind !== Kind.TRUNCATE) {
      this.costsNothing(io);
      return;
    }
    const transfer = this.pool ?? new Transfer();
    this.pool = transfer.next;
    transfer.io = io;
    transfer.file = file;
    transfer.offset = transfer.cursor = offset;
    transfer.bytes = bytes;
    transfer.outstanding = 0;
    transfer.questions = this.questionsFor(file, now);
    this.enter(transfer, transfer.questions > 0 ? Phase.ASK : Phase.DATA);
  }

  private questionsFor(file: number, now: Nanoseconds): number {
    const heard = this.heardAt[file]!;
    this.heardAt[file] = now;
    if (heard === NEVER) return this.settings.openCalls;
    return now - heard > this.settings.attributeAge ? 1 : 0;
  }

  /** Begins a phase: makes its calls as far as there is room; transfers that came before go first. */
  private enter(transfer: Transfer, phase: Phase): void {
    transfer.phase = phase;
    transfer.since = this.kernel.now;
    transfer.toMake = phase === Phase.DATA ? this.piecesOf(transfer) : 1;
    transfer.next = null;
    if (this.lastWaiting === null) this.waiting = transfer;
    else this.lastWaiting.next = transfer;
    this.lastWaiting = transfer;
    this.makeCalls();
  }

  private piecesOf({ io, bytes }: Transfer): number {
    if (io!.kind === Kind.TRUNCATE) return 1;
    return Math.ceil(bytes / (io!.kind === Kind.READ ? this.settings.readBytes : this.settings.writeBytes));
  }

  private makeCalls(): void {
    while (this.waiting !== null && this.freeCall !== null) {
      const transfer = this.waiting;
      this.makeCall(transfer, this.freeCall);
      if (transfer.toMake > 0) continue;
      this.waiting = transfer.next;
      if (this.waiting === null) this.lastWaiting = null;
    }
  }

  private makeCall(transfer: Transfer, call: NfsCall): void {
    this.freeCall = call.next;
    this.transferOf[call.tag] = transfer;
    transfer.toMake -= 1;
    transfer.outstanding += 1;
    call.file = transfer.file;
    call.since = transfer.since;
    call.spent.fill(0);
    call.op = this.nextOp(transfer);
    call.offset = transfer.cursor;
    call.bytes = 0;
    if (call.op <= NfsOp.WRITE_STABLE) {
      const most = call.op === NfsOp.READ ? this.settings.readBytes : this.settings.writeBytes;
      call.bytes = Math.min(most, transfer.offset + transfer.bytes - transfer.cursor);
      transfer.cursor += call.bytes;
    }
    this.requests.send(call.tag, call.callBytes);
  }

  private nextOp({ io, phase, bytes }: Transfer): NfsOp {
    if (phase === Phase.ASK) return NfsOp.ATTRIBUTES;
    if (phase === Phase.COMMIT) return NfsOp.COMMIT;
    if (io!.kind === Kind.READ) return NfsOp.READ;
    if (io!.kind === Kind.TRUNCATE) return NfsOp.TRUNCATE;
    return bytes > this.settings.writeBytes ? NfsOp.WRITE_UNSTABLE : NfsOp.WRITE_STABLE;
  }

  private arriveAtServer(call: NfsCall, began: Nanoseconds, sent: Nanoseconds): void {
    this.travelled(call, began, sent);
    this.server.take(call);
  }

  private travelled(call: NfsCall, began: Nanoseconds, sent: Nanoseconds): void {
    call.charge(Part.QUEUE, began);
    call.charge(Part.TRANSFER, sent);
    call.charge(Part.OVERHEAD, this.kernel.now);
  }

  private arriveBack(call: NfsCall, began: Nanoseconds, sent: Nanoseconds): void {
    this.travelled(call, began, sent);
    const transfer = this.transferOf[call.tag]!;
    this.transferOf[call.tag] = null;
    this.heardAt[transfer.file] = this.kernel.now;
    call.next = this.freeCall;
    this.freeCall = call;
    transfer.outstanding -= 1;
    if (transfer.outstanding === 0 && transfer.toMake === 0) this.endPhase(transfer, call);
    else this.makeCalls();
  }

  /** All calls of a phase are back: `last` tells where its time went. */
  private endPhase(transfer: Transfer, last: NfsCall): void {
    const io = transfer.io!;
    for (let part = 0; part < parts; part++) io.spent[part]! += last.spent[part]!;
    if (transfer.phase === Phase.ASK) {
      transfer.questions -= 1;
      this.enter(transfer, transfer.questions > 0 ? Phase.ASK : Phase.DATA);
    } else if (last.op === NfsOp.WRITE_UNSTABLE) {
      this.enter(transfer, Phase.COMMIT);
    } else {
      transfer.io = null;
      transfer.next = this.pool;
      this.pool = transfer;
      this.makeCalls();
      io.owner.ioDone(io);
    }
  }

  /** Completed by an event of its own, in the order of submission. */
  private costsNothing(io: HostIo): void {
    io.next = null;
    if (this.lastFree === null) {
      this.free = io;
      this.freeDone.start(0);
    } else this.lastFree.next = io;
    this.lastFree = io;
  }

  private finishFree(): void {
    let io = this.free;
    this.free = this.lastFree = null;
    while (io !== null) {
      const next: HostIo | null = io.next;
      io.owner.ioDone(io);
      io = next;
    }
  }
}
