/**
 * Checkpoints with continuous data protection, for travel in time: memory is copied by passes while the guest runs, as in live migration;
 * then the guest is stopped, but not for the rest: what remains is saved on its first write, or by a thread. All writes of the disk are
 * logged with their times from the first checkpoint on, so the disk of any instant can be had.
 *
 * - Consistent at the stop, of which the log knows by its time.
 * - A checkpoint comes back from its file; the disk from the log, as it was at the same time.
 */
import type { Scenario } from '../../sim/process.js';
import { Charge, type Charges } from '../guests/memory/charges.js';
import type { Writer } from '../guests/memory/write-guard.js';
import { CdpLog } from './cdp-log.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import { passOptions, Passes, type PassRules } from './passes.js';
import { RestOnWrite } from './rest-on-write.js';
import type { SnapshotHost } from './snapshot-host.js';

export class CheckpointWithCdp implements MemorySnapshot {
  readonly savesIncrements = false;
  watchesDevices = false;
  readonly log: CdpLog;
  private readonly passes: Passes;
  private readonly rest: RestOnWrite;

  constructor(
    private readonly host: SnapshotHost,
    rules: PassRules,
  ) {
    this.passes = new Passes(host, rules, { save: (page) => host.save(page), carry: (bytes) => host.write(bytes) });
    this.rest = new RestOnWrite(host);
    this.log = new CdpLog(host.kernel, host.file);
    host.machine.watchers.push(this.log);
  }

  beforeWrite(page: number, writer: Writer, charges: Charges): boolean {
    if (this.watchesDevices) this.rest.beforeWrite(page, writer, charges);
    return true;
  }

  *epoch(): Scenario {
    const { host, passes, rest } = this;
    yield* passes.untilFew();
    yield* host.stop();
    passes.takeLog();
    host.tracker.stop();
    rest.begin(passes.pending);
    host.charges.add(Charge.DEVICE_STATE);
    yield* host.work();
    host.instant();
    this.watchesDevices = true;
    host.resume();
    yield* rest.saveAll();
    this.watchesDevices = false;
    passes.pending.clear();
  }

  end(): void {
    const { watchers } = this.host.machine;
    watchers.splice(watchers.indexOf(this.log), 1);
  }
}

export const checkpointCdp = memoryMethod({
  about: 'passes as in live migration, what remains on its first write, and a log of all writes of the disk beside',
  source: 'Ta-Shma, Laden, Ben-Yehuda and Factor (SIGOPS OSR 42(1), 2008); ConSnap (2014), section II; mechanisms 7.9',
  options: passOptions,
  make: (host, rules) => new CheckpointWithCdp(host, rules),
});
