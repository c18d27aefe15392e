/**
 * A backup's copy of a guest's memory: first all of it by passes while the guest runs, then at each checkpoint what was written since. It
 * knows neither when a checkpoint is due nor what the guest may do meanwhile.
 */
import type { Scenario, Step } from '../../../sim/process.js';
import { MiB, second, type Bytes } from '../../../sim/units.js';
import { Charge } from '../../guests/memory/charges.js';
import type { EpochKind } from '../memory-image.js';
import { Passes, type PassRules } from '../passes.js';
import type { RestoreSource } from '../restore.js';
import type { SnapshotHost } from '../snapshot-host.js';
import type { BackupLink } from './backup-link.js';

const sliceBytes: Bytes = MiB;

/** The backup takes over with the memory that it has: nothing is read. */
export const inPlace: RestoreSource = { *read() {} };

export class BackupCopy {
  private readonly passes: Passes;

  constructor(
    private readonly host: SnapshotHost,
    private readonly link: BackupLink,
    rate: number,
  ) {
    // As live migration over a link of its own: it goes on until the rest is worth a tenth of a second, for a minute at most.
    const rules: PassRules = { rate, downtime: second / 10, rules: 'qemu-7.2', limit: 60 * second };
    this.passes = new Passes(host, rules, { save: (page) => host.save(page), carry: (bytes) => this.feed(bytes) });
  }

  /** The part of a checkpoint in which the guest runs: a full one copies nearly all of the memory. */
  *approach(kind: EpochKind): Scenario {
    if (kind === 'full') yield* this.passes.untilFew();
  }

  /** The guest stands still: finds out what is still to be saved, and names the instant. */
  *cut(): Scenario {
    const { host, passes } = this;
    passes.takeLog();
    host.charges.add(Charge.DEVICE_STATE);
    yield* host.work();
    host.instant();
  }

  /** Copies what was written into a buffer; what does not fit is sent before the guest goes on. Answers the bytes that wait in it. */
  *stage(room: Bytes): Generator<Step, Bytes, void> {
    const { host, passes } = this;
    let staged: Bytes = 0;
    while (passes.pending.count > 0) {
      const before = host.record.pagesByThread;
      const bytes = passes.saveSlice(sliceBytes);
      host.charges.add(Charge.PAGE_COPY, host.record.pagesByThread - before);
      yield* host.work();
      if (staged + bytes <= room) staged += bytes;
      else yield* this.carry(bytes);
    }
    return staged;
  }

  /** Sends, and waits for the answer. */
  *carry(bytes: Bytes): Scenario {
    yield* this.host.reduce();
    yield* this.link.transfer(bytes);
  }

  private *feed(bytes: Bytes): Scenario {
    yield* this.host.reduce();
    yield* this.link.feed(bytes);
  }
}
