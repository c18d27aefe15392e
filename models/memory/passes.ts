/**
 * Copying memory while its guest writes: pages are carried away, those that were written meanwhile again, until what is left could be
 * carried within a limit of downtime. Whoever uses it has the guest stopped then and decides what becomes of the rest. It knows no
 * destination.
 *
 * The rate is held by a budget for each tick of 100 ms. Two ways of taking the dirty log: QEMU 0.12 takes it at every tick and saves pages
 * in the order of addresses, round and round; QEMU 7.2 takes it when what remains could be saved within the limit, and decides by what
 * remains then. The limit is judged by the speed of the last tick: that of handing pages over within it (0.12), or over the tick with its
 * rest (7.2). With 0.12 all that a tick does is done in the main loop, under the lock of the hypervisor: meanwhile the guest's devices stand
 * still, and its processors do not.
 */
import { choice } from '../../sim/options.js';
import type { Scenario, Step } from '../../sim/process.js';
import { MiB, millisecond, second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { Charge } from '../guests/memory/charges.js';
import { pageBytes } from '../guests/memory/guest-memory.js';
import { PageBits } from '../guests/memory/page-bits.js';
import type { SnapshotHost } from './snapshot-host.js';

export interface PassRules {
  /** Bytes a second that are carried at most. */
  readonly rate: number;
  /** What remains is few enough when it is carried in this time. */
  readonly downtime: Nanoseconds;
  readonly rules: 'qemu-0.12' | 'qemu-7.2';
  /** When to give up. */
  readonly limit: Nanoseconds;
}

/** Rules as options of a method. */
export const passOptions = {
  rate: { kind: 'rate', about: 'bytes a second that are saved at most while the guest runs', default: 32 * MiB },
  downtime: { kind: 'time', about: 'what remains is saved with the guest stopped when that takes no longer', default: 30 * millisecond },
  rules: choice('when the dirty log is taken and speed is measured', ['qemu-0.12', 'qemu-7.2'] as const, 'qemu-0.12'),
  limit: { kind: 'time', about: 'time after which it is taken not to converge', default: 300 * second },
} as const;

/** How pages leave: saved one by one into the epoch's image, carried away together. */
export interface Carrier {
  /** Answers the bytes to carry. */
  save(page: number): Bytes;
  carry(bytes: Bytes): Scenario;
}

const tick: Nanoseconds = 100 * millisecond;
const slicePages = 64;

export class Passes {
  /** Pages that are still to be carried. */
  readonly pending: PageBits;
  private cursor = 0;
  /** Bytes a second, of the last tick. */
  private speed = 0;

  constructor(
    private readonly host: SnapshotHost,
    private readonly rules: PassRules,
    private readonly carrier: Carrier,
  ) {
    this.pending = new PageBits(host.memory.pages);
  }

  /** Copies until few pages remain; notes whether it came to that. The dirty log is on from now on. */
  *untilFew(): Scenario {
    const { host, rules } = this;
    const begun = host.kernel.now;
    yield* this.begin();
    while (!(yield* this.isFew())) {
      if (host.kernel.now - begun >= rules.limit) {
        host.record.converged = false;
        return;
      }
      yield* this.tickOnce();
    }
  }

  /** Adds what was written since the last time. */
  takeLog(): void {
    const { host } = this;
    host.tracker.collect(this.pending, host.charges);
    host.record.rounds += 1;
  }

  /** Stops the guest: what was written until now remains to be carried, and this is the instant of its devices and of its disk. */
  *stopGuest(): Scenario {
    const { host } = this;
    yield* host.stop();
    this.takeLog();
    host.charges.add(Charge.DEVICE_STATE);
    host.charges.add(Charge.DISK_SNAPSHOT);
    yield* host.work();
    host.instant();
  }

  /** Saves the next pages, up to so many bytes; answers the bytes to carry. */
  saveSlice(most: Bytes): Bytes {
    const { host, pending } = this;
    let bytes = 0;
    for (let count = 0; count < slicePages && bytes < most && pending.count > 0; count++) {
      let page = pending.next(this.cursor);
      if (page === pending.pages) page = pending.next(0);
      pending.delete(page);
      this.cursor = page + 1;
      bytes += this.carrier.save(page);
      host.record.pagesByThread += 1;
    }
    return bytes;
  }

  private *begin(): Scenario {
    const { host } = this;
    this.pending.fill();
    this.cursor = 0;
    this.speed = 0;
    this.takeLock();
    host.tracker.startLog(host.charges);
    host.record.rounds = 1;
    yield* host.work();
    this.giveLock();
  }

  private takeLock(): void {
    if (this.rules.rules === 'qemu-0.12') this.host.machine.holdDevices();
  }

  private giveLock(): void {
    if (this.rules.rules === 'qemu-0.12') this.host.machine.releaseDevices();
  }

  /** Whether what remains can be saved within the limit; takes the log where the rules say so. */
  private *isFew(): Generator<Step, boolean, void> {
    const { host, rules } = this;
    const canBeSaved = (): boolean => this.speed > 0 && (this.pending.count * pageBytes * second) / this.speed <= rules.downtime;
    if (rules.rules === 'qemu-7.2' && !canBeSaved()) return false;
    if (this.speed > 0) {
      this.takeLock();
      this.takeLog();
      yield* host.work();
      this.giveLock();
    }
    return canBeSaved();
  }

  /** Saves pages up to the budget of a tick; where it is used up, waits for the end of the tick. */
  private *tickOnce(): Scenario {
    const { host, rules } = this;
    const begun = host.kernel.now;
    const budget = (rules.rate * tick) / second;
    let sent: Bytes = 0;
    this.takeLock();
    while (sent < budget && this.pending.count > 0) {
      const bytes = this.saveSlice(budget - sent);
      sent += bytes;
      yield* host.work();
      yield* this.carrier.carry(bytes);
    }
    this.giveLock();
    const handed = host.kernel.now - begun;
    if (sent >= budget && handed < tick) yield tick - handed;
    if (sent === 0) {
      // Nothing of these pages had to be carried: the rate stands for what may come.
      this.speed = Math.max(this.speed, rules.rate);
      return;
    }
    // What a tick handed over in part of its time says little of its whole time.
    if (rules.rules === 'qemu-0.12' || this.speed === 0) this.speed = (sent * second) / Math.max(1, handed);
    if (rules.rules === 'qemu-7.2' && sent >= budget) this.speed = (sent * second) / (host.kernel.now - begun);
  }
}
