import { expect } from 'chai';
import type { World } from '../../../experiments/run/world.js';
import { Op } from '../../../models/io/image-format.js';
import { carryOut } from '../../../models/io/untimed.js';
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB } from '../../../sim/units.js';
import { loaded, worldWith, type Result } from './loads.js';

interface Cached extends Result {
  readonly hitRate: number;
}

/** Random reads of a full qcow2 image with empty caches. */
function readFull(options: Record<string, number>, diskBytes: number): Cached {
  const world = worldWith({ format: 'qcow2-0.12', options, diskBytes });
  world.fill(0, diskBytes);
  world.reopen();
  const count = (name: string): number => world.format.counters()[name]!;
  const [hits, misses] = [count('L2 hits'), count('L2 misses')];
  const result = loaded(world);
  const found = count('L2 hits') - hits;
  return { ...result, hitRate: found / (found + count('L2 misses') - misses) };
}

describe('an image whose parameters change', () => {
  it('finds as large a share of L2 tables in memory as they cover of the disk', () => {
    // 64 KiB clusters: a table covers 512 MiB, and 16 are kept.
    const [large, larger] = [readFull({}, 16 * GiB), readFull({}, 32 * GiB)];
    expect(large.hitRate).to.be.within(0.42, 0.55);
    expect(larger.hitRate).to.be.within(0.2, 0.3);
    expect(larger.meanMs).to.be.above(large.meanMs + 0.5);
  });

  it('with more L2 tables in memory reads faster, until all are there', () => {
    const means = [4, 16, 64, 256].map((l2Tables) => readFull({ l2Tables }, 16 * GiB));
    for (let i = 1; i < 3; i++) {
      expect(means[i]!.meanMs).to.be.below(means[i - 1]!.meanMs - 0.5);
      expect(means[i]!.hitRate).to.be.above(means[i - 1]!.hitRate + 0.2);
    }
    // 32 tables are all there are.
    expect(means[3]!.meanMs).to.equal(means[2]!.meanMs);
  });

  it('with smaller clusters keeps less of its tables in memory, and reads slower', () => {
    const [small, usual] = [readFull({ cluster: 8 * KiB }, GiB), readFull({ cluster: 64 * KiB }, GiB)];
    // A table of 8 KiB covers 8 MiB; 16 cover an eighth of the disk.
    expect(small.hitRate).to.be.within(0.08, 0.18);
    expect(usual.hitRate).to.be.above(0.98);
    expect(small.meanMs / usual.meanMs).to.be.within(1.5, 2.5);
  });

  it('with larger clusters writes more for a small first write over a backing image', () => {
    const copied = (cluster: number): number => {
      const world = worldWith({ format: 'qcow2-0.12', options: { cluster }, diskBytes: GiB, backingBytes: GiB });
      loaded(world, { readPercent: 0, requests: 100 });
      const { traffic } = world.disk;
      return (traffic.bytesWritten - traffic.metadataBytes) / 100;
    };
    const [small, large] = [copied(16 * KiB), copied(128 * KiB)];
    expect(small).to.be.within(10 * KiB, 17 * KiB);
    expect(large).to.be.within(90 * KiB, 130 * KiB);
  });
});

/** A full disk with snapshots, between which a small share is written at random places that leave no block of a VHD file untouched. */
function withSnapshots(format: string, snapshots: number): World {
  const diskBytes = 256 * MiB;
  const world = worldWith({ format, diskBytes });
  world.fill(0, diskBytes);
  const random = new RandomStream(1, 'directions/snapshots');
  for (let k = 0; k < snapshots; k++) {
    carryOut(world.format, Op.SNAPSHOT, 0, 0, `s${k}`);
    for (let i = 0; i < 2000; i++) carryOut(world.format, Op.WRITE, random.below(diskBytes / 4096) * 4096, 4096);
  }
  world.reopen();
  return world;
}

describe('an image with more snapshots', () => {
  const depths = [0, 2, 4, 8];

  it('is read more slowly by a level each where they are a chain', () => {
    const means = depths.map((k) => loaded(withSnapshots('vhd-chain', k), { requests: 800 }).meanMs);
    for (let i = 1; i < means.length; i++) expect(means[i], `${depths[i]} snapshots`).to.be.above(means[i - 1]! * 1.1);
  });

  it('is read as fast as before where they are not linked', () => {
    for (const format of ['zfs', 'ocfs2']) {
      const [without, , , many] = depths.map((k) => loaded(withSnapshots(format, k), { requests: 800 }).meanMs);
      expect(many! / without!, format).to.be.within(0.85, 1.35);
    }
  });
});
