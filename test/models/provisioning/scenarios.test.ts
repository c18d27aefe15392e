import { expect } from 'chai';
import { may2073rc } from '../../../experiments/testbeds/drives/may2073rc.js';
import { Disk } from '../../../models/devices/disk.js';
import { NfsClient } from '../../../models/hosts/nfs-client.js';
import { NfsDevice } from '../../../models/hosts/nfs-device.js';
import { NfsServer } from '../../../models/hosts/nfs-server.js';
import { NfsStore } from '../../../models/hosts/nfs-store.js';
import { Network } from '../../../models/network/network.js';
import { makeGovernor } from '../../../models/prefetch/index.js';
import { ChunkSet } from '../../../models/provisioning/chunk-set.js';
import { ImageCopy } from '../../../models/provisioning/image-copy.js';
import {
  Arrival,
  createByCopy,
  createOnDemand,
  dirtyAtRandom,
  migrateByPreCopy,
  migrateOnDemand,
} from '../../../models/provisioning/scenarios.js';
import { Kernel } from '../../../sim/kernel.js';
import { spawn } from '../../../sim/process.js';
import { RandomStream } from '../../../sim/random.js';
import { KiB, MiB } from '../../../sim/units.js';

const second = 1e9;
const template = 500 * MiB;
const metadataBytes = 64 * KiB;

const drive = (kernel: Kernel) => new Disk(kernel, may2073rc.parameters);

/** Three machines created at once on three hosts from one template on a NAS. */
function create(kind: 'raw' | 'qcow2' | 'fvd') {
  const kernel = new Kernel();
  const network = new Network(kernel, { ports: 4, flows: 6, linkRate: 125e6, latency: 75_000 });
  const store = new NfsStore(
    kernel,
    drive(kernel),
    [
      { firstSector: 0, bytes: template },
      { firstSector: template / 512, bytes: MiB },
    ],
    {
      cacheBytes: 1024 * MiB,
      readAheadBytes: 128 * KiB,
      maxIoBytes: 512 * KiB,
      dirtyBytes: 64 * MiB,
      dirtyAge: 30 * second,
      flushesDrive: false,
    },
  );
  const server = new NfsServer(kernel, store, { threads: 8, cores: 4, callTime: 20_000, byteTime: 0, answersEarly: false });
  return [1, 2, 3].map((port) => {
    const client = new NfsClient(kernel, network, port, 0, server, {
      readBytes: 64 * KiB,
      writeBytes: 64 * KiB,
      calls: 16,
      openCalls: 3,
      attributeAge: 3 * second,
    });
    const target = drive(kernel);
    const from = (file: number, bytes: number) => new NfsDevice(client, file, bytes, () => store.busyTime());
    const governor = makeGovernor('fvd-paper', { upper: 20e6 }, new RandomStream(port, 'pauses'), 'test');
    const copy = new ImageCopy(kernel, { source: from(0, template), target, depth: 2, governor: kind === 'raw' ? null : governor });
    const metadata = new ImageCopy(kernel, { source: from(1, MiB), target, depth: 1, governor: null });
    const arrival = new Arrival();
    const set = new ChunkSet(template, MiB);
    const small = { copy: metadata, set: new ChunkSet(metadataBytes, MiB) };
    spawn(
      kernel,
      kind === 'raw'
        ? createByCopy(kernel, copy, set, arrival)
        : createOnDemand(kernel, small, kind === 'fvd' ? { copy, delay: 0 } : null, set.addAll(), arrival),
    );
    if (port === 3) kernel.run();
    return arrival;
  });
}

/** A disk moved from one host to another over the network. */
function migrate(kind: 'pre-copy' | 'on demand', chunksPerSecond = 20) {
  const kernel = new Kernel();
  const network = new Network(kernel, { ports: 2, flows: 2, linkRate: 125e6, latency: 75_000 });
  const path = { source: drive(kernel), target: drive(kernel), depth: 4, governor: null, route: { network, from: 0, to: 1 } };
  const copy = new ImageCopy(kernel, path);
  const disk = new ChunkSet(template, MiB);
  const arrival = new Arrival();
  const random = new RandomStream(1, 'writes');
  if (kind === 'pre-copy') {
    spawn(kernel, migrateByPreCopy(kernel, copy, disk, { downtime: 0.3 * second, rounds: 30 }, arrival));
    spawn(
      kernel,
      dirtyAtRandom(disk, chunksPerSecond, () => random.below(disk.chunks), arrival),
    );
  } else {
    const metadata = { copy: new ImageCopy(kernel, path), set: new ChunkSet(metadataBytes, MiB) };
    spawn(kernel, migrateOnDemand(kernel, metadata, copy, disk, arrival));
  }
  kernel.run();
  return { arrival, network };
}

describe('creating three virtual machines at once', () => {
  it('takes three copies of the template through the link of the server as RAW, and next to nothing on demand', () => {
    const raw = create('raw');
    const alone = template / 117.7e6;
    for (const { runsAt, bytesBefore } of raw) {
      expect(bytesBefore).to.equal(template);
      expect(runsAt / second).to.be.at.least(2.5 * alone);
    }
    for (const kind of ['fvd', 'qcow2'] as const) {
      for (const [i, { runsAt, bytesBefore }] of create(kind).entries()) {
        expect(bytesBefore).to.equal(metadataBytes);
        expect(raw[i]!.runsAt / runsAt).to.be.above(100);
      }
    }
  });

  it('brings the rest later as FVD, no faster than its limit, and never as QCOW2', () => {
    for (const { completeAt, bytes } of create('fvd')) {
      expect(bytes).to.equal(template + metadataBytes);
      expect(completeAt / second).to.be.within((template - 2 * MiB) / 20e6, 1.6 * (template / 20e6));
    }
    expect(create('qcow2').every(({ completeAt }) => completeAt === Infinity)).to.equal(true);
  });
});

describe('moving a virtual machine with its disk', () => {
  it('lets it run at the target at once on demand, after the whole disk with pre-copy; the bytes are about the same', () => {
    const before = migrate('pre-copy');
    const demand = migrate('on demand').arrival;
    expect(before.arrival.runsAt / demand.runsAt).to.be.above(50);
    expect(before.arrival.bytesBefore).to.be.at.least(template);
    expect(before.arrival.rounds).to.be.above(1);
    expect(before.arrival.runsAt - before.arrival.stoppedAt).to.be.below(second);
    expect(before.arrival.bytes / demand.bytes).to.be.within(1, 1.6);
    expect(before.network.sentBytes(0)).to.be.above(before.arrival.bytes);
  });

  it('copies more, and stops later, the more is written meanwhile', () => {
    const [quiet, busy] = [migrate('pre-copy', 1), migrate('pre-copy', 40)].map(({ arrival }) => arrival);
    expect(busy!.bytes).to.be.above(quiet!.bytes);
    expect(busy!.runsAt).to.be.above(quiet!.runsAt);
  });

  it('gives up waiting after so many rounds where more is written than can be copied', () => {
    const { arrival } = migrate('pre-copy', 5000);
    expect(arrival.rounds).to.equal(30);
    expect(arrival.runsAt - arrival.stoppedAt).to.be.above(second);
  });
});
