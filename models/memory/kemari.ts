/**
 * Kemari: no output without a checkpoint. Each time the guest is about to send or to write to its disk it stands still until a backup has
 * all that it wrote since the last time; then the output goes. The two hosts never differ in what the world has seen.
 *
 * - Consistent at the stop before an output. There is no interval: a guest that asks for nothing runs on, for so long at most.
 * - The backup keeps one image, the last, and takes over with what it has in place; or the image goes back over the link.
 */
import { choice } from '../../sim/options.js';
import type { Timer } from '../../sim/kernel.js';
import { Gate, type Scenario } from '../../sim/process.js';
import { second, type Nanoseconds } from '../../sim/units.js';
import { Passage, type OutputGuard } from '../guests/memory/output-guard.js';
import type { EpochKind } from './memory-image.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import { BackupCopy, inPlace } from './replication/backup-copy.js';
import { BackupLink, linkOptions } from './replication/backup-link.js';
import type { RestoreSource } from './restore.js';
import type { SnapshotHost } from './snapshot-host.js';

interface KemariOptions {
  readonly quiet: Nanoseconds;
  readonly link: number;
  readonly latency: Nanoseconds;
  readonly restoresAt: 'primary' | 'backup';
}

class Kemari implements MemorySnapshot, OutputGuard {
  readonly savesIncrements = true;
  readonly watchesDevices = false;
  readonly keepsLastOnly = true;
  readonly outputs = this;
  readonly restoresFrom: RestoreSource;
  private readonly copy: BackupCopy;
  private readonly wakes = new Gate();
  private readonly alarm: Timer;
  private isGuarding = false;
  /** When an output began to wait; null where none does. */
  private waitsSince: Nanoseconds | null = null;
  /** The output that waited goes as it asks again. */
  private mayGo = false;

  constructor(
    private readonly host: SnapshotHost,
    private readonly options: KemariOptions,
  ) {
    const link = new BackupLink(host.kernel, options.link, options.latency);
    this.copy = new BackupCopy(host, link, options.link);
    this.alarm = host.kernel.timer(() => this.wakes.open());
    this.restoresFrom = options.restoresAt === 'backup' ? inPlace : link;
  }

  beforeWrite(): boolean {
    return true;
  }

  beforeOutput(): Passage {
    if (!this.isGuarding) return Passage.GOES;
    if (this.mayGo) {
      this.mayGo = false;
      return Passage.GOES;
    }
    this.waitsSince ??= this.host.kernel.now;
    this.wakes.open();
    return Passage.WAITS;
  }

  /** Until an output waits, or the guest has been quiet for long. */
  *due(): Scenario {
    if (this.waitsSince !== null) return;
    this.alarm.start(this.options.quiet);
    yield this.wakes;
    this.alarm.stop();
  }

  *epoch(kind: EpochKind): Scenario {
    const { host, copy } = this;
    yield* copy.approach(kind);
    yield* host.stop();
    yield* copy.cut();
    yield* copy.carry(yield* copy.stage(Infinity));
    this.isGuarding = true;
    host.resume();
    this.letGo();
  }

  end(): void {
    this.isGuarding = false;
    this.host.machine.retryWrites();
  }

  private letGo(): void {
    if (this.waitsSince === null) return;
    const { host } = this;
    const delay = host.kernel.now - this.waitsSince;
    host.record.outputs += 1;
    host.record.outputDelay += delay;
    host.record.outputDelayMax = Math.max(host.record.outputDelayMax, delay);
    this.waitsSince = null;
    this.mayGo = true;
    host.machine.retryWrites();
  }
}

export const kemari = memoryMethod({
  about: 'each output of the guest waits until a backup host has all that the guest wrote before it',
  source: 'Tamura, Kemari (Xen Summit 2008); ConSnap (2014), section II; mechanisms 7.7',
  options: {
    quiet: { kind: 'time', about: 'after which a guest without outputs is saved all the same', default: second },
    ...linkOptions,
    restoresAt: choice('where a snapshot comes back: at the first host, over the link, or at the backup', ['primary', 'backup'], 'primary'),
  },
  make: (host, options) => new Kemari(host, options),
});
