import { expect } from 'chai';
import { may2073rc } from '../../../experiments/testbeds/drives/may2073rc.js';
import { Disk } from '../../../models/devices/disk.js';
import { NfsClient } from '../../../models/hosts/nfs-client.js';
import { NfsServer } from '../../../models/hosts/nfs-server.js';
import { NfsStore } from '../../../models/hosts/nfs-store.js';
import { HostIo } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { Network } from '../../../models/network/network.js';
import { Kernel } from '../../../sim/kernel.js';
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB } from '../../../sim/units.js';

const second = 1e9;

/** A sequential reader of 16 KiB on a NAS, alone or beside a random one: its rate, and its share of slow reads. */
function prefetch(isContended: boolean) {
  const kernel = new Kernel();
  const network = new Network(kernel, { ports: 3, flows: 4, linkRate: 125e6, latency: 75_000 });
  const store = new NfsStore(
    kernel,
    new Disk(kernel, may2073rc.parameters),
    [0, 1].map((i) => ({ firstSector: i * 40e6, bytes: 8 * GiB })),
    {
      cacheBytes: 256 * MiB,
      readAheadBytes: 512 * KiB,
      maxIoBytes: 512 * KiB,
      dirtyBytes: 64 * MiB,
      dirtyAge: 30 * second,
      flushesDrive: false,
    },
  );
  const server = new NfsServer(kernel, store, { threads: 8, cores: 4, callTime: 20_000, byteTime: 0, answersEarly: false });
  const settings = { readBytes: 64 * KiB, writeBytes: 64 * KiB, calls: 16, openCalls: 3, attributeAge: 3 * second };
  const clients = [1, 2].map((port) => new NfsClient(kernel, network, port, 0, server, settings, [0, 1]));
  let reads = 0;
  let slow = 0;
  const sequential = new HostIo({
    ioDone(io) {
      reads += 1;
      if (kernel.now - io.submitted > 5e6) slow += 1;
      io.offset += io.bytes;
      clients[0]!.submit(io);
    },
  });
  sequential.bytes = 16 * KiB;
  clients[0]!.submit(sequential);
  const random = new RandomStream(1, 'contender');
  for (let i = 0; isContended && i < 4; i++) {
    const io = new HostIo({
      ioDone: () => {
        io.offset = random.below((8 * GiB) / 4096) * 4096;
        clients[1]!.submit(io);
      },
    });
    io.kind = Kind.READ;
    io.file = 1;
    io.bytes = 4096;
    clients[1]!.submit(io);
  }
  kernel.run(20 * second);
  return { rate: (reads * 16 * KiB) / 20, slowShare: slow / reads };
}

describe('prefetching from a busy server', () => {
  it('shows in the throughput, and hardly in the percentage of slow reads', () => {
    const idle = prefetch(false);
    const contended = prefetch(true);
    const lost = 1 - contended.rate / idle.rate;
    const moreSlow = contended.slowShare - idle.slowShare;
    expect(idle.rate).to.be.above(20e6);
    expect(lost).to.be.above(0.6);
    expect(moreSlow).to.be.below(0.1);
    expect(lost / Math.max(moreSlow, 0.001)).to.be.above(8);
  });
});
