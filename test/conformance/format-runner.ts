/**
 * Drives an image format with requests in flight together, carries its plans out on a plain host, and checks as it goes: what reads
 * bring, what writes hold, and that plans are well formed. It knows formats only by their interface.
 */
import { AssertionError, expect } from 'chai';
import { LIVE, Next, Op, type ImageFormat } from '../../models/io/image-format.js';
import { Content, Kind, Mode, NONE, Plan } from '../../models/io/plan.js';
import { sector, takeEntry, type HostStore, type TakenEntry } from './host-store.js';
import { isAllowed, ReferenceDisk } from './reference-disk.js';

export type DataOp = Op.READ | Op.WRITE | Op.WRITE_ZEROES | Op.WRITE_ZEROES_UNMAP | Op.DISCARD;

interface Request {
  /** Null for work that no request asked for. */
  readonly op: Op | null;
  readonly offset: number;
  readonly bytes: number;
  readonly mark: number;
  /** Asynchronous entries of the current step. */
  pending: TakenEntry[];
  isLast: boolean;
  isWaiting: boolean;
  /** Sectors of a write's data in entries; sectors that a read has brought. */
  readonly covered: Uint8Array;
}

export class FormatRunner {
  readonly reference: ReferenceDisk;
  private readonly requests = new Map<number, Request>();
  private readonly plan = new Plan(true);
  private marks = 0;
  /** Told to work in the background: each step of any request takes this long. */
  private now = 0;

  /** @param choose answers a number below its argument: which request goes on next */
  constructor(
    readonly format: ImageFormat,
    private readonly slots: number,
    private readonly host: HostStore,
    private readonly choose: (below: number) => number,
  ) {
    this.reference = new ReferenceDisk(format.diskBytes);
  }

  /** A control operation or a flush, with nothing else in flight. */
  alone(op: Op, name?: string): void {
    this.settle();
    this.submit(op, 0, 0, name);
    this.settle();
    const { reference } = this;
    if (op === Op.SNAPSHOT) reference.snapshots.set(name!, reference.marks.slice());
    if (op === Op.APPLY) reference.marks = reference.snapshots.get(name!)!.slice();
    if (op === Op.DELETE) reference.snapshots.delete(name!);
  }

  /** A request beside those in flight; waits first for those that touch the same sectors, as a guest does. */
  data(op: DataOp, offset: number, bytes: number): void {
    const overlaps = [...this.requests.values()].some((other) => offset < other.offset + other.bytes && other.offset < offset + bytes);
    if (overlaps) this.settle();
    while (this.guests >= this.slots) this.advance();
    const r = this.submit(op, offset, bytes);
    if (op === Op.WRITE) this.reference.write(offset, bytes, this.requests.get(r)?.mark ?? this.marks);
    if (op === Op.WRITE_ZEROES || op === Op.WRITE_ZEROES_UNMAP) this.reference.write(offset, bytes, 0);
    if (op === Op.DISCARD) this.reference.discard(offset, bytes);
  }

  settle(): void {
    while (this.requests.size > 0) this.advance();
  }

  private get guests(): number {
    return [...this.requests.keys()].filter((r) => r < this.slots).length;
  }

  /** Begins the work in the background that is due. */
  private rouse(): void {
    (this.format.background ?? []).forEach((task, k) => {
      const r = this.slots + k;
      if (this.requests.has(r) || task.due(this.now) > this.now) return;
      this.take(r, null, 0, 0);
      this.step(r);
    });
  }

  private take(r: number, op: Op | null, offset: number, bytes: number): void {
    const covered = new Uint8Array(bytes / sector);
    this.marks += 1;
    const mark = op === Op.WRITE_ZEROES || op === Op.WRITE_ZEROES_UNMAP ? 0 : this.marks;
    this.requests.set(r, { op, offset, bytes, mark, pending: [], isLast: false, isWaiting: false, covered });
  }

  private submit(op: Op, offset: number, bytes: number, name?: string): number {
    let r = 0;
    while (this.requests.has(r)) r += 1;
    this.take(r, op, offset, bytes);
    this.format.begin(r, op, offset, bytes, name);
    this.step(r);
    return r;
  }

  /** Completes what some request in flight waits for, and goes on with it. */
  private advance(): void {
    this.now += 1_000_000;
    const ready = [...this.requests].filter(([, request]) => !request.isWaiting);
    expect(ready.length, 'requests that do not wait for one another').to.be.greaterThan(0);
    const [r, request] = ready[this.choose(ready.length)]!;
    for (const entry of request.pending) this.carryOut(request, entry);
    request.pending = [];
    if (request.isLast) {
      this.finish(r, request);
      this.rouse();
    } else this.step(r);
  }

  private step(r: number): void {
    const request = this.requests.get(r)!;
    request.isWaiting = false;
    this.plan.clear();
    const next = r < this.slots ? this.format.step(r, this.plan) : this.format.background![r - this.slots]!.step(this.plan, this.now);
    this.checkPlan(next);
    this.takeFromMemory(request);
    for (let i = 0; i < this.plan.size; i++) {
      const entry = takeEntry(this.plan, i);
      if (this.plan.mode[i] === Mode.BLOCKING) this.carryOut(request, entry);
      else request.pending.push(entry);
    }
    request.isLast = next === Next.DONE;
    request.isWaiting = next === Next.WAIT;
    const freed: number[] = [];
    while (this.format.released.size > 0) freed.push(this.format.released.shift());
    if (request.isLast && request.pending.length === 0) this.finish(r, request);
    for (const q of freed) {
      expect(this.requests.get(q)?.isWaiting, `request ${q}, released, waits`).to.equal(true);
      this.step(q);
    }
    this.rouse();
  }

  private finish(r: number, request: Request): void {
    this.requests.delete(r);
    for (let i = 0; i < request.covered.length; i++) {
      const place = request.offset + i * sector;
      if (request.op === Op.WRITE) demand(request.covered[i] === 1, `sector ${place} is written once`, request.covered[i]!);
      else if (request.op === Op.READ && request.covered[i] === 0) this.expectMark(0, place, `sector ${place}, not read`);
    }
  }

  private carryOut(request: Request, entry: TakenEntry): void {
    if (entry.kind === Kind.WRITE) {
      this.host.write(entry, () => request.mark);
      if (request.op === Op.WRITE) this.cover(request, entry);
    } else if (entry.kind === Kind.ZERO) {
      this.host.write(entry, () => request.mark);
    } else if (entry.kind === Kind.PUNCH) {
      this.host.punch(entry);
    } else if (entry.kind === Kind.READ && request.op === Op.READ) {
      this.cover(request, entry);
      for (const row of entry.rows) {
        for (let at = 0; at < row.bytes; at += sector) {
          const found = this.host.get(entry.file, entry.offset + row.from + at);
          this.expectMark(found, row.source + at, `read of sector ${row.source + at}`);
        }
      }
    }
  }

  /** What a read gets from the format's memory is what stands at the place on the host that the memory holds. */
  private takeFromMemory(request: Request): void {
    const inMemory = takeEntry(this.plan, NONE);
    if (request.op !== Op.READ) return;
    this.cover(request, inMemory);
    for (const row of inMemory.rows) {
      for (let at = 0; at < row.bytes; at += sector) {
        const found = this.host.get(row.file, row.from + at);
        this.expectMark(found, row.source + at, `sector ${row.source + at} from memory`);
      }
    }
  }

  private expectMark(found: number, place: number, what: string, marks = this.reference.marks): void {
    const mark = marks[place / sector]!;
    if (!isAllowed(found, mark)) expect(found, what).to.equal(mark);
  }

  private cover(request: Request, entry: TakenEntry): void {
    for (const row of entry.rows) {
      if (row.what !== Content.GUEST) continue;
      for (let at = 0; at < row.bytes; at += sector) request.covered[(row.source + at - request.offset) / sector]! += 1;
    }
  }

  private checkPlan(next: Next): void {
    const { plan, format } = this;
    demand(next !== Next.WAIT || plan.size === 0, 'a step that waits has no entries', plan.size);
    const cut = new Set(
      Array.from({ length: plan.size }, (_, i) => i).flatMap((i) => (plan.kind[i] === Kind.TRUNCATE ? [plan.file[i]!] : [])),
    );
    for (let i = 0; i < plan.size; i++) {
      const [kind, offset, bytes] = [plan.kind[i]!, plan.offset[i]!, plan.bytes[i]!];
      const file = format.files[plan.file[i]!];
      demand(file !== undefined, 'an entry names a file that is there', plan.file[i]!);
      demand(plan.after[i]! === NONE || plan.after[i]! < i, 'an entry waits for an earlier one', plan.after[i]!);
      if (kind !== Kind.READ && kind !== Kind.WRITE) continue;
      demand(bytes > 0, 'an entry has bytes', bytes);
      if (kind === Kind.WRITE) {
        demand(file!.role !== 'backing', 'a backing file is not written', offset);
        demand(
          cut.has(plan.file[i]!) || offset + bytes <= file!.bytes,
          `a write ends within the file of ${file!.bytes} bytes`,
          offset + bytes,
        );
        const held = heldBytes(takeEntry(plan, i));
        demand(held === bytes, `all ${bytes} bytes of a write say what they hold`, held);
      }
    }
  }

  /** Compares every view of the disk, as its extents say, with the reference. */
  checkViews(): void {
    this.checkView(LIVE, this.reference.marks);
    for (const [name, marks] of this.reference.snapshots) this.checkView(name, marks);
  }

  private checkView(view: string | typeof LIVE, marks: Int32Array): void {
    let at = 0;
    for (const { guestOffset, bytes, file, offset } of this.format.extents(view)) {
      demand(guestOffset === at, `extents have no gap at ${at}`, guestOffset);
      demand(bytes > 0, 'an extent has bytes', bytes);
      for (let i = 0; i < bytes; i += sector) {
        const found = file === -1 ? 0 : this.host.get(file, offset + i);
        this.expectMark(found, at + i, `view ${view ?? 'live'}, sector ${at + i}`, marks);
      }
      at += bytes;
    }
    expect(at, 'bytes that extents cover').to.equal(this.format.diskBytes);
  }
}

/** A plain check for what is asked of every entry: an assertion of chai's takes longer than all the rest of a step. */
function demand(holds: boolean, what: string, found: number): void {
  if (!holds) throw new AssertionError(`${what}: found ${found}`);
}

/** How many bytes of a write its rows cover. */
function heldBytes(entry: TakenEntry): number {
  const rows = [...entry.rows].sort((a, b) => a.from - b.from);
  let end = 0;
  let held = 0;
  for (const { from, bytes } of rows) {
    held += Math.max(0, from + bytes - Math.max(end, from));
    end = Math.max(end, from + bytes);
  }
  return held;
}
