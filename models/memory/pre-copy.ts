/**
 * Pre-copy: pages are saved while the guest runs, again and again as it writes them, until the rest can be saved within a limit of
 * downtime; then the guest is stopped for that rest. The snapshot restores memory as it is at this end.
 *
 * The rate is held by a budget for each tick of 100 ms. Two ways of taking the dirty log: QEMU 0.12 takes it at every tick and saves pages
 * in the order of addresses, round and round; QEMU 7.2 takes it when what remains could be saved within the limit, and decides by what
 * remains then. The limit is judged by the speed of the last tick: that of handing pages to the host's kernel within it (0.12), or over
 * the tick with its rest (7.2).
 */
import { choice } from '../../sim/options.js';
import type { Scenario } from '../../sim/process.js';
import { MiB, millisecond, second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { Charge } from '../guests/memory/charges.js';
import { pageBytes } from '../guests/memory/guest-memory.js';
import { PageBits } from '../guests/memory/page-bits.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import type { SnapshotHost } from './snapshot-host.js';

interface PreCopyOptions {
  readonly rate: number;
  readonly downtime: Nanoseconds;
  readonly rules: 'qemu-0.12' | 'qemu-7.2';
  readonly limit: Nanoseconds;
  readonly atLimit: 'stop' | 'give-up';
}

const tick: Nanoseconds = 100 * millisecond;
const slicePages = 64;

class PreCopy implements MemorySnapshot {
  readonly savesIncrements = false;
  readonly watchesDevices = false;
  private readonly pending: PageBits;
  private cursor = 0;
  /** Bytes a second, of the last tick. */
  private speed = 0;

  constructor(
    private readonly host: SnapshotHost,
    private readonly options: PreCopyOptions,
  ) {
    this.pending = new PageBits(host.memory.pages);
  }

  beforeWrite(): boolean {
    return true;
  }

  *epoch(): Scenario {
    const { host, options } = this;
    const { record } = host;
    const begun = host.kernel.now;
    yield* this.begin();
    while (!(yield* this.isFew())) {
      if (host.kernel.now - begun >= options.limit) {
        record.converged = false;
        break;
      }
      yield* this.tickOnce();
    }
    if (record.converged || options.atLimit === 'stop') yield* this.saveRest();
    else this.giveUp();
  }

  private *begin(): Scenario {
    const { host } = this;
    this.pending.fill();
    this.cursor = 0;
    this.speed = 0;
    host.tracker.startLog(host.charges);
    host.record.rounds = 1;
    yield* host.work();
  }

  /** Whether what remains can be saved within the limit; takes the log where the rules say so. */
  private *isFew(): Generator<Nanoseconds, boolean, void> {
    const { host, options } = this;
    const canBeSaved = (): boolean => this.speed > 0 && (this.pending.count * pageBytes * second) / this.speed <= options.downtime;
    if (options.rules === 'qemu-7.2' && !canBeSaved()) return false;
    if (this.speed > 0) {
      this.takeLog();
      const time = Math.round(host.charges.take());
      if (time > 0) yield time;
    }
    return canBeSaved();
  }

  private takeLog(): void {
    const { host } = this;
    host.tracker.collect(this.pending, host.charges);
    host.record.rounds += 1;
  }

  /** Saves pages up to the budget of a tick; where it is used up, waits for the end of the tick. */
  private *tickOnce(): Scenario {
    const { host, options } = this;
    const begun = host.kernel.now;
    const budget = (options.rate * tick) / second;
    let sent: Bytes = 0;
    while (sent < budget && this.pending.count > 0) {
      const bytes = this.saveSlice(budget - sent);
      sent += bytes;
      yield* host.work();
      yield* host.write(bytes);
    }
    const handed = host.kernel.now - begun;
    if (sent >= budget && handed < tick) yield tick - handed;
    // What a tick handed over in part of its time says little of its whole time.
    if (options.rules === 'qemu-0.12' || this.speed === 0) this.speed = (sent * second) / Math.max(1, handed);
    if (options.rules === 'qemu-7.2' && sent >= budget) this.speed = (sent * second) / (host.kernel.now - begun);
  }

  private saveSlice(most: Bytes): Bytes {
    const { host, pending } = this;
    let bytes = 0;
    for (let count = 0; count < slicePages && bytes < most && pending.count > 0; count++) {
      let page = pending.next(this.cursor);
      if (page === pending.pages) page = pending.next(0);
      pending.delete(page);
      this.cursor = page + 1;
      bytes += host.save(page);
      host.record.pagesByThread += 1;
    }
    return bytes;
  }

  private *saveRest(): Scenario {
    const { host, pending } = this;
    yield* host.stop();
    this.takeLog();
    host.charges.add(Charge.DEVICE_STATE);
    host.charges.add(Charge.DISK_SNAPSHOT);
    yield* host.work();
    host.instant();
    while (pending.count > 0) yield* host.write(this.saveSlice(MiB));
    host.tracker.stop();
    host.resume();
  }

  /** What was saved is no snapshot: it restores nothing. */
  private giveUp(): void {
    this.host.record.gaveUp = true;
    this.host.tracker.stop();
  }
}

export const preCopy = memoryMethod({
  about: 'pages are saved again and again while the guest writes, until the rest is small enough to stop for',
  source: 'QEMU migration to a file, releases 0.12 and 7.2; ConSnap (2014), section IV; mechanisms 7.3',
  options: {
    rate: { kind: 'rate', about: 'bytes a second that are saved at most while the guest runs', default: 32 * MiB },
    downtime: { kind: 'time', about: 'what remains is saved with the guest stopped when that takes no longer', default: 30 * millisecond },
    rules: choice('when the dirty log is taken and speed is measured', ['qemu-0.12', 'qemu-7.2'] as const, 'qemu-0.12'),
    limit: { kind: 'time', about: 'time after which it is taken not to converge', default: 300 * second },
    atLimit: choice(
      'what happens then: the guest is stopped for all that remains, or there is no snapshot',
      ['stop', 'give-up'] as const,
      'stop',
    ),
  },
  make: (host, options) => new PreCopy(host, options),
});
