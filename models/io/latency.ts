/**
 * Where the time of every request went. Each request has a row of cells that sum exactly to its latency:
 * waiting in the guest, waiting for the hypervisor's lock, the virtual device's own work, and, for each purpose of host I/O,
 * the parts that the device reports. Sums are kept by latency bucket, so the mean and any percentile can be explained
 * in constant memory.
 */
import { Histogram } from '../../sim/statistics/histogram.js';
import type { Nanoseconds } from '../../sim/units.js';
import { expectConserved, Residents } from './conservation.js';
import { parts, type HostIo } from './host-io.js';
import { Kind, Purpose } from './plan.js';

/** Cells that are no host I/O. Host I/O follows: `hostCells + activity * parts + part`. */
export const enum Cell {
  /** From the intended arrival until the virtual device takes the request. */
  GUEST_QUEUE = 0,
  /** The hypervisor's lock. */
  LOCK_WAIT = 1,
  /** Another request at work on the same cluster or block. */
  CONFLICT_WAIT = 2,
  /** The virtual device: exits, request processing, interrupts. */
  VIRTUAL_DEVICE = 3,
}
const hostCells = 4;

/** What host I/O is done for. */
const activities = ['metadata read', 'metadata write', 'copy', 'data'] as const;
const partNames = ['queue', 'seek', 'rotation', 'transfer', 'overhead'] as const;
/** In a column of times. */
const NOBODY = -1;
const cells = hostCells + activities.length * parts;

/** Names of the cells of a row, in order. */
export const cellNames: readonly string[] = [
  'guest queue',
  'lock wait',
  'conflict wait',
  'virtual device',
  ...activities.flatMap((activity) => partNames.map((part) => `${activity} ${part}`)),
];

/** The cell of a part of an I/O. */
const cellOf = (io: HostIo, part: number): number => {
  const activity = io.purpose === Purpose.DATA ? 3 : io.purpose === Purpose.COPY ? 2 : io.kind === Kind.READ ? 0 : 1;
  return hostCells + activity * parts + part;
};

export class LatencyAccount {
  readonly histogram = new Histogram();
  private readonly sums = new Float64Array(Histogram.buckets * cells);
  private readonly rows: Float64Array;
  /** Per request: until when its time is accounted for. */
  private readonly since: Float64Array;
  /** When it was meant to arrive; NOBODY where no request of the guest is. */
  private readonly arrival: Float64Array;
  private readonly requests = new Residents();

  constructor(slots: number) {
    this.rows = new Float64Array(slots * cells);
    this.since = new Float64Array(slots);
    this.arrival = new Float64Array(slots).fill(NOBODY);
  }

  /** Request `r` was meant to arrive at `arrival`, and is taken up now. */
  begin(r: number, arrival: Nanoseconds, now: Nanoseconds): void {
    this.beginUnasked(r, now);
    this.requests.enter(now);
    this.arrival[r] = arrival;
    this.rows[r * cells + Cell.GUEST_QUEUE] = now - arrival;
  }

  /** Work that no request asked for takes up a slot: it has no latency. */
  beginUnasked(r: number, now: Nanoseconds): void {
    this.rows.fill(0, r * cells, (r + 1) * cells);
    this.since[r] = now;
  }

  /** The time since the last account went into `cell`. */
  spend(r: number, cell: Cell, now: Nanoseconds): void {
    this.rows[r * cells + cell]! += now - this.since[r]!;
    this.since[r] = now;
  }

  /** The time since the last account was spent on this I/O, which is done now. Of an I/O that began before, the last of its parts count. */
  spendOnIo(r: number, io: HostIo, now: Nanoseconds): void {
    let left = now - this.since[r]!;
    for (let part = parts - 1; part >= 0; part--) {
      const spent = io.spent[part]!;
      const taken = spent < left ? spent : left;
      this.rows[r * cells + cellOf(io, part)]! += taken;
      left -= taken;
    }
    this.rows[r * cells + Cell.LOCK_WAIT]! += left;
    this.since[r] = now;
  }

  /** Request `r` is done; answers its latency. */
  end(r: number, now: Nanoseconds): Nanoseconds {
    const latency = now - this.arrival[r]!;
    this.arrival[r] = NOBODY;
    this.requests.leave(now);
    const bucket = this.histogram.add(latency) * cells;
    const row = r * cells;
    for (let i = 0; i < cells; i++) this.sums[bucket + i]! += this.rows[row + i]!;
    return latency;
  }

  /** A part of the latency of request `r`: until its slot is taken again. */
  part(r: number, cell: number): Nanoseconds {
    return this.rows[r * cells + cell]!;
  }

  /** @throws Error where latencies disagree with their parts, or the number of requests in flight over time with how long they were in flight */
  checkConservation(now: Nanoseconds): void {
    let ofParts = 0;
    let inGuest = 0;
    this.sums.forEach((sum, i) => {
      ofParts += sum;
      if (i % cells === Cell.GUEST_QUEUE) inGuest += sum;
    });
    expectConserved('latencies of requests and the sum of their parts', this.histogram.sum, ofParts);
    let inFlight = 0;
    let soFar = 0;
    this.arrival.forEach((arrival, r) => {
      if (arrival === NOBODY) return;
      inFlight += 1;
      soFar += now - arrival - this.rows[r * cells + Cell.GUEST_QUEUE]!;
    });
    this.requests.check('requests in flight', now, inFlight, ofParts - inGuest + soFar);
  }

  /** The mean row of all requests. */
  meanRow(): Float64Array {
    return this.rowOfBuckets(0, Histogram.buckets - 1);
  }

  /** The mean row of the requests in the bucket of quantile `q`: they lie within 1/64 of it. */
  rowAtQuantile(q: number): Float64Array {
    const bucket = this.histogram.bucketOfQuantile(q);
    return bucket < 0 ? new Float64Array(cells) : this.rowOfBuckets(bucket, bucket);
  }

  private rowOfBuckets(first: number, last: number): Float64Array {
    const row = new Float64Array(cells);
    let count = 0;
    for (let bucket = first; bucket <= last; bucket++) {
      if (this.histogram.counts[bucket] === 0) continue;
      count += this.histogram.counts[bucket]!;
      for (let i = 0; i < cells; i++) row[i]! += this.sums[bucket * cells + i]!;
    }
    return count === 0 ? row : row.map((sum) => sum / count);
  }
}

/** A row in words, in ns: who it was done for, and what the device did. Either list sums to the latency. */
export interface LatencyByCause {
  readonly byPurpose: Readonly<Record<string, Nanoseconds>>;
  readonly byPart: Readonly<Record<string, Nanoseconds>>;
}

/** Reads a row both ways. */
export function byCause(row: Float64Array): LatencyByCause {
  const own = {
    'guest queue': row[Cell.GUEST_QUEUE]!,
    'lock wait': row[Cell.LOCK_WAIT]!,
    'conflict wait': row[Cell.CONFLICT_WAIT]!,
    'virtual device': row[Cell.VIRTUAL_DEVICE]!,
  };
  const sumOf = (pick: (activity: number, part: number) => boolean): number => {
    let sum = 0;
    for (let activity = 0; activity < activities.length; activity++) {
      for (let part = 0; part < parts; part++) if (pick(activity, part)) sum += row[hostCells + activity * parts + part]!;
    }
    return sum;
  };
  return {
    byPurpose: { ...own, ...Object.fromEntries(activities.map((name, i) => [name, sumOf((activity) => activity === i)])) },
    byPart: { ...own, ...Object.fromEntries(partNames.map((name, i) => [name, sumOf((_, part) => part === i)])) },
  };
}
