import { expect } from 'chai';
import { PageBits } from '../../models/guests/memory/page-bits.js';
import { ConSnap } from '../../models/memory/consnap.js';
import type { EpochKind } from '../../models/memory/memory-image.js';
import type { MemorySnapshot } from '../../models/memory/memory-snapshot.js';
import { differingPages } from '../../models/memory/restore.js';
import type { SnapshotHost } from '../../models/memory/snapshot-host.js';
import { StopAndCopy } from '../../models/memory/stop-and-copy.js';
import { MiB, millisecond } from '../../sim/units.js';
import { MemoryWorld, RandomWorkload } from './memory-world.js';

const options = { neighbours: 8, slice: MiB, buffer: 8 * MiB, sync: false, wake: true };

/** Writes of devices are not intercepted. */
class ForgetsDma extends ConSnap {
  constructor(host: SnapshotHost) {
    super(host, options);
    Object.defineProperty(this, 'watchesDevices', { get: () => false, set: () => {} });
  }
}

/** A neighbour's protection is lifted and nobody notes it. */
class ForgetsNeighbours extends ConSnap {
  constructor(host: SnapshotHost) {
    super(host, options);
  }

  protected override released(page: number): void {
    this.host.tracker.protection.delete(page);
  }
}

/** The active thread's copy goes to the file even where a handler saved the page before. */
class ThreadWins extends ConSnap {
  constructor(host: SnapshotHost) {
    super(host, options);
  }

  protected override counts(): boolean {
    return true;
  }
}

/** The log of the epoch before is thrown away. */
class LosesTheLog extends StopAndCopy {
  protected override choose(kind: EpochKind): void {
    if (kind === 'incremental') this.host.tracker.startLog(this.host.charges);
    super.choose(kind);
  }
}

function differences(make: (host: SnapshotHost) => MemorySnapshot): number {
  const guest = { pages: 3000, seed: 11, steps: 3000, writes: 8, reads: 0.4, packets: 0.3 };
  const world = new MemoryWorld(new RandomWorkload(guest));
  world.run(make(world.host), { first: 0, interval: 50 * millisecond, count: 5, fullFrom: Infinity });
  return world.host.images.reduce(
    (sum, image, i) => sum + differingPages(image.restored(), world.host.references[i]!, new PageBits(3000)).length,
    0,
  );
}

describe('a memory snapshot that forgets something is caught', () => {
  it('is right where it forgets nothing', () => {
    expect(differences((host) => new ConSnap(host, options))).to.equal(0);
    expect(differences((host) => new StopAndCopy(host, true))).to.equal(0);
  });
  it('where writes of devices are not intercepted', () => {
    expect(differences((host) => new ForgetsDma(host))).to.be.greaterThan(0);
  });
  it('where pages saved as neighbours are not counted as written', () => {
    expect(differences((host) => new ForgetsNeighbours(host))).to.be.greaterThan(0);
  });
  it("where the thread's copy replaces a handler's", () => {
    expect(differences((host) => new ThreadWins(host))).to.be.greaterThan(0);
  });
  it('where the log of written pages is lost', () => {
    expect(differences((host) => new LosesTheLog(host, true))).to.be.greaterThan(0);
  });
});
