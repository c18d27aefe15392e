import { expect } from 'chai';
import fc from 'fast-check';
import { Epochs } from '../../../models/memory/epochs.js';
import { VirtualNetwork } from '../../../models/memory/virtual-network.js';
import { VnSnap } from '../../../models/memory/vnsnap.js';
import { Kernel } from '../../../sim/kernel.js';
import { spawn } from '../../../sim/process.js';
import { microsecond, millisecond, second } from '../../../sim/units.js';
import type { GuestStep, MemoryWorkload } from '../../../traces/memory/guest-step.js';
import { MemoryWorld, RandomWorkload } from '../../conformance/memory-world.js';

/** A guest that also sends a message with every step. */
class Sender implements MemoryWorkload {
  readonly pages;
  readonly resident;

  constructor(private readonly inner: RandomWorkload) {
    this.pages = inner.pages;
    this.resident = inner.resident;
  }

  next(step: GuestStep): boolean {
    if (!this.inner.next(step)) return false;
    step.processorTime += 100 * microsecond;
    step.sent = 100;
    return true;
  }

  close(): void {}
}

function cluster(isColoured: boolean, seed: number): { network: VirtualNetwork; worlds: MemoryWorld[] } {
  const kernel = new Kernel();
  const network = new VirtualNetwork(kernel, { members: 3, latency: 200 * microsecond, timeOut: 200 * millisecond, isColoured });
  const worlds = [1, 2, 3].map((i) => {
    const guest = { pages: 500 * i, seed: seed + i, steps: 3000, writes: 2 * i, reads: 0.1, packets: 0.1 };
    return new MemoryWorld(new Sender(new RandomWorkload(guest)), { kernel });
  });
  worlds.forEach((world, i) => {
    const rules = { rate: 20e6, downtime: 5 * millisecond, rules: 'qemu-7.2', limit: second } as const;
    const method = new VnSnap(world.host, rules, network.member(i));
    world.machine.start();
    spawn(kernel, new Epochs(world.host, method, { first: 0, interval: 300 * millisecond, count: 2, fullFrom: 0 }).run());
  });
  kernel.run(20 * second);
  return { network, worlds };
}

/** Messages that a machine had received at its instant and whose sender had not sent them at its own. */
function fromNowhere({ saved }: VirtualNetwork, epoch: number): number {
  let count = 0;
  for (const [to, receiver] of saved.entries()) {
    for (const [from, sender] of saved.entries()) {
      count += Math.max(0, receiver[epoch]!.received[from]! - sender[epoch]!.sent[to]!);
    }
  }
  return count;
}

describe('snapshots of a network of machines', () => {
  it('hold no message that nobody had sent, and each its machine as it was', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const { network, worlds } = cluster(true, seed);
        for (const epoch of [0, 1]) expect(fromNowhere(network, epoch)).to.equal(0);
        for (const { host } of worlds) {
          host.images.forEach((image, i) => expect([...image.restored()]).to.deep.equal([...host.references[i]!]));
          expect(host.images).to.have.length(2);
        }
        expect(network.dropped).to.be.greaterThan(0);
      }),
      { numRuns: 5, seed: 1 },
    );
  });

  it('would hold some without the colours of messages', () => {
    const { network } = cluster(false, 1);
    expect(fromNowhere(network, 0) + fromNowhere(network, 1)).to.be.greaterThan(0);
    expect(network.dropped).to.equal(0);
  });

  it('have each page once in the file, however often it was copied', () => {
    const { worlds } = cluster(true, 7);
    for (const { host } of worlds) {
      for (const [i, image] of host.images.entries()) {
        expect(image.size).to.equal(host.memory.pages);
        expect(host.records[i]!.bytes).to.equal(host.memory.pages * 4104);
        expect(host.records[i]!.pagesByThread - host.records[i]!.pagesReplaced).to.equal(host.memory.pages);
      }
    }
  });
});
