import { expect } from 'chai';
import { BootImage, firstImageFile, type Home } from '../../../experiments/run/boot-image.js';
import { createFleet } from '../../../experiments/run/boot-fleet.js';
import { migrate } from '../../../experiments/run/boot-migration.js';
import { start } from '../../../experiments/run/boot-run.js';
import { scanHoles } from '../../../experiments/run/boot-scan.js';
import { grow, makeTemplate, partitionStart, systemIn } from '../../../experiments/run/boot-template.js';
import { highestRate } from '../../../experiments/run/boot-watch.js';
import { readBeside } from '../../../experiments/run/nas-contention.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import type { TestBed } from '../../../experiments/testbeds/testbed.js';
import { makeGovernor } from '../../../models/prefetch/index.js';
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB, millisecond, second } from '../../../sim/units.js';

const system = 100 * MiB;
const rootBytes = GiB - partitionStart;
const boot = { system, read: 4 * MiB, together: 4 };

const image = (format: string, options: Readonly<Record<string, unknown>>, home: Home = 'partition', testbed: TestBed = fvd) =>
  new BootImage({ testbed, format, options, home, system, rootBytes, seed: 1 });
const bootOf = (of: BootImage, memory: 'cold' | 'warm' = 'cold') => start(of, 'linux-boot', boot, memory);

describe('templates', () => {
  it('are about as large as asked for, and full', () => {
    const template = makeTemplate(systemIn(fvd.backingImage.value), rootBytes, 1);
    expect(template.bytes / fvd.backingImage.value).to.be.within(0.98, 1.02);
    expect(template.layout.freeBlocks()).to.be.below(100);
  });

  it('grow by writing tables and bitmaps of what is added, and nothing else', () => {
    const template = makeTemplate(system, rootBytes, 1);
    let written = 0;
    grow(template, 10 * GiB, (offset, bytes) => {
      expect(offset).to.be.at.least(partitionStart);
      written += bytes;
    });
    // A group of 128 MiB has a table of 2 MiB.
    expect(written / (10 * GiB)).to.be.within(0.012, 0.02);
    expect(template.layout.blocks * template.layout.blockBytes).to.equal(10 * GiB);
  });
});

describe('a machine that boots from a template on a server', () => {
  it('asks the server again for the same as QCOW2, and for nothing as FVD with copy-on-read', () => {
    const qcow2 = image('qcow2-0.12', {});
    const copying = image('fvd-paper', { copyOnRead: true });
    const [first, again] = [bootOf(qcow2), bootOf(qcow2)];
    const [firstCopying, againCopying] = [bootOf(copying), bootOf(copying)];
    expect(again.serverBytes / first.serverBytes).to.be.within(0.9, 1.1);
    expect(firstCopying.savedBytes).to.be.above(first.serverBytes);
    expect(firstCopying.serverBytes).to.be.above(firstCopying.savedBytes);
    expect(againCopying.serverBytes).to.equal(0);
    expect(againCopying.savedBytes).to.equal(0);
    expect(againCopying.phases[0]).to.be.below(firstCopying.phases[0]!);
  });

  it('needs no server as RAW', () => {
    const started = bootOf(image('raw', {}));
    expect(started.serverBytes).to.equal(0);
    expect(started.hostReads).to.be.above(100);
  });

  it('boots sooner where the server has the template in memory', () => {
    expect(bootOf(image('qcow2-0.12', {}), 'warm').phases[0]).to.be.below(bootOf(image('qcow2-0.12', {})).phases[0]!);
  });

  it('boots later over a slower network', () => {
    const slow = withChanges(fvd, { 'network.roundTrip': 3 * millisecond });
    expect(bootOf(image('qcow2-0.12', {}, 'partition', slow)).phases[0]).to.be.above(bootOf(image('qcow2-0.12', {})).phases[0]!);
  });

  it("has only what was written in its files on the host's ext3, before and after", () => {
    const sparse = image('fvd-paper', { copyOnRead: true }, 'ext3');
    const { hostLayout } = sparse;
    const before = hostLayout!.freeBlocks();
    const copied = image('raw', {}, 'ext3').hostLayout!.freeBlocks();
    expect(((before - copied) * hostLayout!.blockBytes) / sparse.templateBytes).to.be.within(0.98, 1.02);
    const { savedBytes } = bootOf(sparse);
    const taken = (before - hostLayout!.freeBlocks()) * hostLayout!.blockBytes;
    expect(taken / savedBytes).to.be.within(1, 1.2);
    expect(hostLayout!.size(firstImageFile + 1)).to.equal(sparse.setup.diskBytes);
  });

  it('does the same again with the same seed', () => {
    const fingerprints = [1, 2].map(() => bootOf(image('fvd-paper', { copyOnRead: true }, 'ext3')).fingerprint);
    expect(fingerprints[0]).to.equal(fingerprints[1]);
  });
});

describe('machines from one template', () => {
  const fleet = (format: string, options = {}) =>
    createFleet({
      machines: 2,
      image: { testbed: fvd, format, options, home: 'partition', system, rootBytes, seed: 1 },
      program: 'linux-boot',
      options: boot,
      until: 60 * second,
    });

  it('wait for the whole of it as RAW, and for next to nothing as overlays', () => {
    const raw = Math.max(...fleet('raw').map(({ arrival }) => arrival.runsAt));
    const overlay = fleet('fvd-paper', { copyOnRead: true });
    expect(raw).to.be.above(2 * (system / fvd.network.rate.value) * second);
    for (const { arrival, upAt } of overlay) {
      expect(arrival.runsAt).to.be.below(raw / 20);
      expect(upAt).to.be.above(arrival.runsAt);
    }
  });

  it('share the wire: as copies twice the machines wait twice as long, as overlays hardly longer', () => {
    const of = (machines: number, format: string) => {
      const image = { testbed: fvd, format, options: {}, home: 'partition', system, rootBytes, seed: 1 } as const;
      const made = createFleet({ machines, image, program: 'linux-boot', options: boot });
      const bytes = made.reduce((sum, created) => sum + created.bytes(), 0);
      return { bytes, ready: Math.max(...made.map(({ arrival }) => arrival.runsAt)), up: Math.max(...made.map(({ upAt }) => upAt)) };
    };
    const [copies, moreCopies] = [of(8, 'raw'), of(16, 'raw')];
    expect(moreCopies.ready / copies.ready).to.be.within(1.9, 2.1);
    expect(moreCopies.bytes / copies.bytes).to.be.closeTo(2, 1e-3);
    const rate = (moreCopies.bytes / moreCopies.ready) * second;
    expect(rate / fvd.network.rate.value).to.be.within(0.9, 1.1);
    const [overlays, moreOverlays] = [of(8, 'fvd-paper'), of(16, 'fvd-paper')];
    expect(moreOverlays.up / overlays.up).to.be.within(1, 1.3);
    expect(overlays.bytes).to.be.below(copies.bytes / 4);
  });

  it('move at once on demand, and after the whole disk by pre-copy', () => {
    const request = { testbed: fvd, diskBytes: GiB, metadataBytes: 64 * KiB, writesPerSecond: 10, seed: 1 };
    const [before, demand] = [migrate('pre-copy', request), migrate('on demand', request)];
    expect(before.runsAt).to.be.above(100 * demand.runsAt);
    expect(demand.completeAt).to.be.within(before.runsAt / 3, before.runsAt);
  });
});

describe('readers on one server', () => {
  const request = { testbed: fvd, bytes: MiB, slow: 20 * millisecond, duration: 60 * second, seed: 1 } as const;

  it('share it evenly, unless a governor holds one back', () => {
    const fair = readBeside({ ...request, neighbour: 'sequential', governor: null });
    expect(fair.bytes / fair.neighbourBytes).to.be.within(0.8, 1.25);
    const governor = makeGovernor('fvd-paper', { lower: 30e6 }, new RandomStream(1, 'pauses'), 'test');
    const held = readBeside({ ...request, neighbour: 'sequential', governor });
    expect(held.bytes / held.neighbourBytes).to.be.below(0.4);
    expect(held.neighbourBytes).to.be.above(fair.neighbourBytes);
  });
});

describe('the watch over background work', () => {
  it('finds the highest rate over I/Os in a row', () => {
    const begun = [0, 1, 2, 10, 11].map((at) => ({ at: at * second, bytes: 100 }));
    expect(highestRate(begun, 2)).to.equal(100);
    expect(highestRate(begun, 3)).to.be.closeTo(300 / 10, 1e-9);
    expect(highestRate(begun, 5)).to.equal(0);
  });
});

describe('a scan of holes', () => {
  it('takes longer the longer each KiB is looked at, and asks no drive', () => {
    const [fast, slow] = [scanHoles(fvd, 64 * MiB, 100), scanHoles(fvd, 64 * MiB, 1000)];
    expect(1024 / slow - 1024 / fast).to.be.closeTo(900e-9, 20e-9);
    expect(fast).to.be.above(1e9);
  });
});
