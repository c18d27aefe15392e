import { expect } from 'chai';
import { CachedHost } from '../../../models/hosts/cached-host.js';
import { HostIo, type Host } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { KiB, MiB, millisecond } from '../../../sim/units.js';

/** Memory of `cacheBytes` in front of a host that takes 5 ms for everything and notes it. */
function make(cacheBytes: number) {
  const kernel = new Kernel();
  const seen: string[] = [];
  const below: Host = {
    submit: (io) => {
      seen.push(`${io.kind} ${io.offset} ${io.bytes}`);
      io.submitted = kernel.now;
      io.spent.fill(0);
      const done = kernel.timer(() => io.owner.ioDone(io));
      done.start(5 * millisecond);
    },
  };
  const host = new CachedHost(kernel, below, cacheBytes, [MiB, MiB]);
  const time = (kind: Kind, file: number, offset: number, bytes: number): number => {
    let end = -1;
    const io = new HostIo({ ioDone: () => (end = kernel.now) });
    Object.assign(io, { kind, file, offset, bytes });
    const start = kernel.now;
    host.submit(io);
    expect(end, 'never within submit').to.equal(-1);
    kernel.run();
    return (end - start) / millisecond;
  };
  return { host, seen, time };
}

describe('memory in front of a host', () => {
  it('serves what was read or written before, and passes writes and flushes on', () => {
    const { host, seen, time } = make(MiB);
    expect(time(Kind.READ, 0, 0, 128 * KiB)).to.equal(5);
    expect(time(Kind.READ, 0, 64 * KiB, 4 * KiB)).to.equal(0);
    expect(time(Kind.WRITE, 0, 256 * KiB, 8 * KiB)).to.equal(5);
    expect(time(Kind.READ, 0, 256 * KiB + 512, 512)).to.equal(0);
    expect(time(Kind.READ, 1, 0, 512)).to.equal(5);
    expect(time(Kind.FLUSH, 0, 0, 0)).to.equal(5);
    expect([host.hits, host.misses]).to.deep.equal([2, 2]);
    expect(seen).to.deep.equal(['0 0 131072', '1 262144 8192', '0 0 512', '2 0 0']);
  });

  it('reads all of what it holds in part only', () => {
    const { seen, time } = make(MiB);
    time(Kind.READ, 0, 0, 4 * KiB);
    expect(time(Kind.READ, 0, 0, 8 * KiB)).to.equal(5);
    expect(seen[1]).to.equal('0 0 8192');
  });

  it('forgets what was not used where there is no room', () => {
    const { time } = make(16 * KiB);
    for (const offset of [0, 4, 8, 12, 16]) time(Kind.READ, 0, offset * KiB, 4 * KiB);
    expect(time(Kind.READ, 0, 16 * KiB, 4 * KiB)).to.equal(0);
    expect(time(Kind.READ, 0, 0, 4 * KiB)).to.equal(5);
  });
});
