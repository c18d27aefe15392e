/**
 * Remus: a backup host has the guest's state of a moment ago. At each checkpoint the guest stands still while the pages that it wrote are
 * copied into a buffer; it goes on while the buffer is sent, and what it gives to the network leaves when the backup has answered.
 *
 * - Consistent at the stop. Writes to the disk are mirrored to the backup, which carries out those of a checkpoint once it has all of it.
 * - A checkpoint begins when the one before is answered for: a slow link makes them late, not wrong.
 * - The backup keeps one image, the last. It takes over with what it has in place; or the image goes back over the link, in full or page by
 *   page.
 */
import { choice } from '../../sim/options.js';
import type { Scenario } from '../../sim/process.js';
import { MiB, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { EpochKind } from './memory-image.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import { BackupCopy, inPlace } from './replication/backup-copy.js';
import { BackupLink, linkOptions } from './replication/backup-link.js';
import { OutputCommit } from './replication/output-commit.js';
import type { RestoreSource } from './restore.js';
import type { SnapshotHost } from './snapshot-host.js';

interface RemusOptions {
  readonly staging: Bytes;
  readonly link: number;
  readonly latency: Nanoseconds;
  readonly restoresAt: 'primary' | 'backup';
}

class Remus implements MemorySnapshot {
  readonly savesIncrements = true;
  readonly watchesDevices = false;
  readonly keepsLastOnly = true;
  readonly outputs: OutputCommit;
  readonly restoresFrom: RestoreSource;
  private readonly copy: BackupCopy;

  constructor(
    private readonly host: SnapshotHost,
    private readonly options: RemusOptions,
  ) {
    const link = new BackupLink(host.kernel, options.link, options.latency);
    this.copy = new BackupCopy(host, link, options.link);
    this.outputs = new OutputCommit(host.kernel, host.machine.link, (bytes) => link.post(bytes));
    this.restoresFrom = options.restoresAt === 'backup' ? inPlace : link;
  }

  beforeWrite(): boolean {
    return true;
  }

  *epoch(kind: EpochKind): Scenario {
    const { host, copy, outputs } = this;
    yield* copy.approach(kind);
    yield* host.stop();
    yield* copy.cut();
    const staged = yield* copy.stage(this.options.staging);
    const committed = outputs.count;
    outputs.isKeeping = true;
    host.resume();
    yield* copy.carry(staged);
    outputs.release(committed, host.record);
    host.machine.retryWrites();
  }

  end(): void {
    const { host, outputs } = this;
    outputs.release(outputs.count, host.record);
    outputs.isKeeping = false;
    host.machine.retryWrites();
  }
}

export const remus = memoryMethod({
  about: 'a backup host has the guest of a moment ago; what the guest gives to the network leaves when the backup has its state',
  source: 'Cully et al., Remus (NSDI 2008); ConSnap (2014), section II; mechanisms 7.7',
  options: {
    staging: {
      kind: 'size',
      about: 'buffer for copied pages; what does not fit is sent with the guest stopped',
      default: 256 * MiB,
      min: 0,
    },
    ...linkOptions,
    restoresAt: choice('where a snapshot comes back: at the first host, over the link, or at the backup', ['primary', 'backup'], 'primary'),
  },
  make: (host, options) => new Remus(host, options),
});
