/**
 * VNsnap: machines of one network are saved together. Each is copied by passes into the memory of a daemon on its host, where a page that
 * comes again takes the place of what was there; then it is stopped for the rest, and goes on while the daemon writes its copy to the disk.
 *
 * - Consistent at the stop; of several machines the cut is kept consistent by the colours of their messages (see VirtualNetwork).
 * - In the file each page stands once, however often it was copied. It comes back from there.
 */
import type { Scenario } from '../../sim/process.js';
import { MiB, type Bytes } from '../../sim/units.js';
import { Charge } from '../guests/memory/charges.js';
import type { OutputGuard } from '../guests/memory/output-guard.js';
import { fullEntryBytes } from './memory-image.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import { passOptions, Passes, type PassRules } from './passes.js';
import type { SnapshotHost } from './snapshot-host.js';

/** What a machine has to do with the others whose snapshots belong to its own. */
export interface NetworkMember extends OutputGuard {
  /** The machine stands still, and its memory is as its snapshot will say. */
  passed(): void;
}

export class VnSnap implements MemorySnapshot {
  readonly savesIncrements = false;
  readonly watchesDevices = false;
  readonly outputs?: OutputGuard;
  private readonly passes: Passes;

  /** @param member null for a machine that is saved on its own */
  constructor(
    private readonly host: SnapshotHost,
    rules: PassRules,
    private readonly member: NetworkMember | null = null,
  ) {
    this.passes = new Passes(host, rules, { save: (page) => host.saveInPlace(page), carry: (bytes) => this.toDaemon(bytes) });
    if (member !== null) this.outputs = member;
  }

  beforeWrite(): boolean {
    return true;
  }

  *epoch(): Scenario {
    const { host, passes } = this;
    yield* passes.untilFew();
    yield* passes.stopGuest();
    this.member?.passed();
    while (passes.pending.count > 0) yield* this.toDaemon(passes.saveSlice(MiB));
    host.tracker.stop();
    host.resume();
    yield* this.toDisk();
  }

  /** The daemon copies what it is handed; the passes keep to their rate beside. */
  private *toDaemon(bytes: Bytes): Scenario {
    this.host.charges.add(Charge.PAGE_COPY, Math.ceil(bytes / fullEntryBytes));
    yield* this.host.work();
    yield* this.host.reduce();
  }

  private *toDisk(): Scenario {
    for (let rest = this.host.image.bytes; rest > 0; rest -= MiB) yield* this.host.write(Math.min(rest, MiB));
  }
}

/** Faster than to a file: a daemon's memory takes what a loopback connection brings. Assumed, 60 to 400 MB/s. */
const toDaemonRate = 250 * MiB;

export const vnSnap = memoryMethod({
  about: 'passes into the memory of a daemon, a stop for the rest, and the daemon writes its copy to the disk',
  source: 'Kangarlou, Eugster and Xu, VNsnap (DSN 2009); ConSnap (2014), section II; mechanisms 7.8',
  options: { ...passOptions, rate: { ...passOptions.rate, default: toDaemonRate } },
  make: (host, rules) => new VnSnap(host, rules),
});
