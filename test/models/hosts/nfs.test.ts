import { expect } from 'chai';
import { Disk } from '../../../models/devices/disk.js';
import { FileRequest } from '../../../models/filesystems/file-system.js';
import { NfsClient } from '../../../models/hosts/nfs-client.js';
import { NfsDevice } from '../../../models/hosts/nfs-device.js';
import { NfsServer } from '../../../models/hosts/nfs-server.js';
import { NfsStore, type StoreSettings } from '../../../models/hosts/nfs-store.js';
import { HostIo, Part, type Device } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { Network } from '../../../models/network/network.js';
import { may2073rc } from '../../../experiments/testbeds/drives/may2073rc.js';
import { Kernel } from '../../../sim/kernel.js';
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB, sectorBytes } from '../../../sim/units.js';
import { FileOp } from '../../../traces/files/file-operation.js';

const ms = 1e6;

/** Answers each I/O after `time`, all at once; keeps a list of what came. */
class EvenDevice implements Device {
  readonly capacity = 1e9;
  constructor(
    private readonly kernel: Kernel,
    private readonly time: number,
    private readonly came: string[] = [],
  ) {}
  submit(io: HostIo): void {
    this.came.push(`${'RWF'[io.kind]} ${io.sector / 8}+${io.sectors / 8}`);
    io.submitted = this.kernel.now;
    this.kernel
      .timer(() => {
        io.spent.fill(0);
        io.spent[Part.SEEK] = this.time;
        io.owner.ioDone(io);
      })
      .start(this.time);
  }
  busyTime = () => 0;
}

const storeSettings: StoreSettings = {
  cacheBytes: GiB,
  readAheadBytes: 128 * KiB,
  maxIoBytes: 512 * KiB,
  dirtyBytes: 64 * MiB,
  dirtyAge: 30e9,
  flushesDrive: false,
};
const serverSettings = { threads: 8, cores: 2, callTime: 20_000, byteTime: 0, answersEarly: false };
const clientSettings = { readBytes: 64 * KiB, writeBytes: 64 * KiB, calls: 16, openCalls: 3, attributeAge: 3e9 };
const fileBytes = 500 * MiB;

function nas(clients: number, changed: { store?: object; server?: object; client?: object; device?: (kernel: Kernel) => Device } = {}) {
  const kernel = new Kernel();
  const network = new Network(kernel, { ports: clients + 1, flows: 2 * clients, linkRate: 125e6, latency: 75_000 });
  const came: string[] = [];
  const device = changed.device?.(kernel) ?? new EvenDevice(kernel, 5 * ms, came);
  const files = [0, 1].map((i) => ({ firstSector: (i * fileBytes) / sectorBytes, bytes: fileBytes }));
  const store = new NfsStore(kernel, device, files, { ...storeSettings, ...changed.store });
  const server = new NfsServer(kernel, store, { ...serverSettings, ...changed.server });
  const mounts = Array.from(
    { length: clients },
    (_, i) => new NfsClient(kernel, network, i + 1, 0, server, { ...clientSettings, ...changed.client }, [0, 1]),
  );
  return { kernel, came, store, server, mounts };
}

/** Carries out I/Os one after another; answers how long each took. */
function inTurn(kernel: Kernel, client: NfsClient, ios: readonly (readonly [kind: Kind, offset: number, bytes: number])[]) {
  const times: number[] = [];
  const io = new HostIo({
    ioDone() {
      expect(io.spent.reduce((a, b) => a + b)).to.equal(kernel.now - io.submitted);
      times.push(kernel.now - io.submitted);
      if (times.length < ios.length) next();
    },
  });
  const next = () => {
    const [kind, offset, bytes] = ios[times.length]!;
    io.kind = kind;
    io.offset = offset;
    io.bytes = bytes;
    client.submit(io);
  };
  next();
  kernel.run();
  return times;
}

describe('an NFS server with its cache', () => {
  it('opens a file once, reads from its drive once, and then from memory', () => {
    const { kernel, mounts, store, server } = nas(1);
    const [first, second] = inTurn(kernel, mounts[0]!, [
      [Kind.READ, MiB, 4096],
      [Kind.READ, MiB, 4096],
    ]);
    // A question: 240 and 220 bytes or so of wire, twice 75 us, and 20 us of processor.
    expect(first! - second!).to.be.within(5 * ms + 3 * 170_000, 5 * ms + 3 * 180_000);
    expect(second).to.be.within(170_000, 230_000);
    expect(server.calls).to.equal(5);
    expect(store.hits).to.equal(1);
  });

  it('has a template in memory after it was read once', () => {
    const { kernel, mounts, came } = nas(1);
    const all = Array.from({ length: 500 }, (_, i) => [Kind.READ, i * MiB, MiB] as const);
    inTurn(kernel, mounts[0]!, all);
    const before = came.length;
    const times = inTurn(kernel, mounts[0]!, all);
    expect(came.length).to.equal(before);
    // The wire alone: 1 MiB at 117.7 MB/s.
    expect(times[9]).to.be.within(8.9 * ms, 9.6 * ms);
  });

  it('reads ahead of a sequential reader and not of a random one', () => {
    const { kernel, mounts, came } = nas(1);
    inTurn(
      kernel,
      mounts[0]!,
      [0, 4, 8, 12, 1000, 2000].map((page) => [Kind.READ, page * 4096, 4 * 4096] as const),
    );
    expect(came).to.deep.equal(['R 0+8', 'R 8+18', 'R 26+32', 'R 1000+4', 'R 2000+4']);
  });

  it('writes a single piece stable, and the pieces of a longer write with a commit', () => {
    const one = nas(1);
    const [single] = inTurn(one.kernel, one.mounts[0]!, [[Kind.WRITE, 0, 64 * KiB]]);
    expect(one.came).to.deep.equal(['W 0+16']);
    expect(one.server.calls).to.equal(4);
    const many = nas(1);
    const [long] = inTurn(many.kernel, many.mounts[0]!, [[Kind.WRITE, 0, 256 * KiB]]);
    expect(many.came).to.deep.equal(['W 0+64']);
    expect(many.server.calls).to.equal(3 + 4 + 1);
    expect(long! - single!).to.be.within(1.6 * ms, 2.2 * ms);
  });

  it('reads the edges of a write that covers pages in part', () => {
    const { kernel, mounts, came } = nas(1);
    inTurn(kernel, mounts[0]!, [[Kind.WRITE, 512, 4096 * 3]]);
    expect(came).to.deep.equal(['R 0+1', 'R 3+1', 'W 0+4']);
  });

  it('answers early where the export is asynchronous, and writes back when the data is old', () => {
    const { kernel, mounts, came, store } = nas(1, { server: { answersEarly: true } });
    const [time] = inTurn(kernel, mounts[0]!, [[Kind.WRITE, 0, 4096]]);
    expect(time).to.be.below(ms);
    expect(came).to.deep.equal(['W 0+1']);
    expect(kernel.now).to.be.above(30e9);
    expect(store.dirtyBytes()).to.equal(0);
  });

  it('flushes the drive where it must', () => {
    const { kernel, mounts, came } = nas(1, { store: { flushesDrive: true } });
    const [time] = inTurn(kernel, mounts[0]!, [[Kind.WRITE, 0, 4096]]);
    expect(came[1]).to.match(/^F/);
    expect(time).to.be.above(10 * ms);
  });

  it('holds writers back while too much is dirty', () => {
    const { kernel, store, came } = nas(1, { store: { dirtyBytes: MiB } });
    let done = 0;
    const owner = { fileDone: () => void (done += 1) };
    for (let i = 0; i < 8; i++) {
      const request = new FileRequest(owner);
      request.op = FileOp.WRITE;
      request.offset = i * MiB;
      request.bytes = MiB;
      store.submit(request);
    }
    kernel.run(2 * ms);
    expect(done).to.equal(2);
    kernel.run();
    expect(done).to.equal(8);
    expect(store.dirtyBytes()).to.equal(0);
    expect(came.length).to.equal(16);
  });

  it('costs nothing where version 3 has no call, and one call to set a size', () => {
    const { kernel, mounts, server } = nas(1, { client: { openCalls: 0 } });
    const times = inTurn(kernel, mounts[0]!, [
      [Kind.PUNCH, 0, 4096],
      [Kind.FLUSH, 0, 0],
      [Kind.TRUNCATE, MiB, 0],
    ]);
    expect(times.slice(0, 2)).to.deep.equal([0, 0]);
    expect(server.calls).to.equal(1);
  });

  it('asks for attributes again when none came for a while', () => {
    const { kernel, mounts, server } = nas(1, { client: { openCalls: 0 } });
    inTurn(kernel, mounts[0]!, [[Kind.READ, 0, 4096]]);
    kernel.timer(() => {}).start(4e9);
    kernel.run();
    inTurn(kernel, mounts[0]!, [[Kind.READ, 0, 4096]]);
    expect(server.calls).to.equal(3);
  });

  it('serves a file as a device', () => {
    const { kernel, mounts } = nas(1);
    const device = new NfsDevice(mounts[0]!, 1, fileBytes, () => 0);
    let took = 0;
    const io = new HostIo({ ioDone: () => void (took = kernel.now) });
    io.kind = Kind.READ;
    io.sector = 800;
    io.sectors = 8;
    device.submit(io);
    kernel.run();
    expect(device.capacity).to.equal(fileBytes / sectorBytes);
    expect(took).to.be.above(5 * ms);
  });
});

/** Random reads of 4 KiB, closed loop, by each client for ten seconds; reads a second of each. */
function load(clients: number, server: object, diskReads: boolean) {
  const { kernel, mounts } = nas(clients, {
    server,
    device: (k) => (diskReads ? new Disk(k, may2073rc.parameters) : new EvenDevice(k, 0)),
  });
  const counts = mounts.map((client, c) => {
    const random = new RandomStream(1, `client ${c}`);
    const count = { done: 0 };
    const io = new HostIo({
      ioDone() {
        count.done += 1;
        next();
      },
    });
    const next = () => {
      io.kind = Kind.READ;
      io.file = c % 2;
      io.offset = random.below(fileBytes / 4096) * 4096;
      io.bytes = 4096;
      client.submit(io);
    };
    next();
    return count;
  });
  kernel.run(10e9);
  return counts.map(({ done }) => done / 10);
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b);

describe('many virtual machines on one server', () => {
  it('share the drive evenly, and it is soon the limit', () => {
    const totals = [1, 2, 4, 8, 16].map((n) => load(n, {}, true));
    totals.slice(1).forEach((rates) => expect(Math.max(...rates) / Math.min(...rates)).to.be.below(1.3));
    const [one, , , , sixteen] = totals.map(sum);
    expect(sixteen! / 16).to.be.below(one! / 8);
    expect(sixteen).to.be.at.least(one! * 0.95);
  });

  it('gain from more threads where the drive takes many at once', () => {
    const device = (k: Kernel) => new EvenDevice(k, 5 * ms);
    const rate = (threads: number) => {
      const { kernel, mounts, server } = nas(32, { server: { threads }, device });
      for (const client of mounts) inTurn(kernel, client, [[Kind.READ, 0, 4096]]);
      const before = server.calls;
      const start = kernel.now;
      mounts.forEach((client, c) => {
        const io = new HostIo({ ioDone() {} });
        io.kind = Kind.READ;
        io.offset = (100 + c * 100) * 4096;
        io.bytes = 4096;
        client.submit(io);
      });
      kernel.run();
      expect(server.calls - before).to.equal(32);
      return kernel.now - start;
    };
    expect(rate(1)).to.be.within(32 * 5 * ms, 32 * 5.2 * ms);
    expect(rate(8)).to.be.within(4 * 5 * ms, 4 * 5.4 * ms);
  });

  it('are bound by the server processor where all is in memory', () => {
    const rates = load(32, { callTime: 200_000 }, false);
    expect(sum(rates)).to.be.within(9_500, 10_000);
  });
});
