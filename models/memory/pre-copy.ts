/**
 * Pre-copy: pages are saved while the guest runs, again and again as it writes them, until the rest can be saved within a limit of
 * downtime; then the guest is stopped for that rest. The snapshot restores memory as it is at this end.
 */
import { choice } from '../../sim/options.js';
import type { Scenario } from '../../sim/process.js';
import { MiB } from '../../sim/units.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import { passOptions, Passes, type PassRules } from './passes.js';
import type { SnapshotHost } from './snapshot-host.js';

class PreCopy implements MemorySnapshot {
  readonly savesIncrements = false;
  readonly watchesDevices = false;
  private readonly passes: Passes;

  constructor(
    private readonly host: SnapshotHost,
    rules: PassRules,
    private readonly atLimit: 'stop' | 'give-up',
  ) {
    this.passes = new Passes(host, rules, { save: (page) => host.save(page), carry: (bytes) => host.write(bytes) });
  }

  beforeWrite(): boolean {
    return true;
  }

  *epoch(): Scenario {
    yield* this.passes.untilFew();
    if (this.host.record.converged || this.atLimit === 'stop') yield* this.saveRest();
    else this.giveUp();
  }

  private *saveRest(): Scenario {
    const { host, passes } = this;
    yield* passes.stopGuest();
    while (passes.pending.count > 0) yield* host.write(passes.saveSlice(MiB));
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
    ...passOptions,
    atLimit: choice(
      'what happens then: the guest is stopped for all that remains, or there is no snapshot',
      ['stop', 'give-up'] as const,
      'stop',
    ),
  },
  make: (host, { atLimit, ...rules }) => new PreCopy(host, rules, atLimit),
});
