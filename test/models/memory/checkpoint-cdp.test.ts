import { expect } from 'chai';
import { PageBits } from '../../../models/guests/memory/page-bits.js';
import { Writer } from '../../../models/guests/memory/write-guard.js';
import type { Charges } from '../../../models/guests/memory/charges.js';
import { CheckpointWithCdp } from '../../../models/memory/checkpoint-cdp.js';
import { differingPages } from '../../../models/memory/restore.js';
import { millisecond, second } from '../../../sim/units.js';
import { MemoryWorld, RandomWorkload } from '../../conformance/memory-world.js';

const guest = { pages: 3000, seed: 11, steps: 6000, writes: 8, reads: 0.4, packets: 0.3 };
/** A limit of downtime that leaves much for the time behind the stop. */
const rules = { rate: 40e6, downtime: 60 * millisecond, rules: 'qemu-7.2', limit: second } as const;
const plan = { first: 50 * millisecond, interval: 200 * millisecond, count: 4, fullFrom: 0 };

/** Writes of devices are not looked at. */
class ForgetsDma extends CheckpointWithCdp {
  override beforeWrite(page: number, writer: Writer, charges: Charges): boolean {
    return writer === Writer.DEVICE || super.beforeWrite(page, writer, charges);
  }
}

const differences = ({ host }: MemoryWorld): number =>
  host.images.reduce((all, image, i) => all + differingPages(image.restored(), host.references[i]!, new PageBits(guest.pages)).length, 0);

describe('checkpoints with continuous data protection', () => {
  it('save what remains at the stop on its first write, whoever writes', () => {
    const world = new MemoryWorld(new RandomWorkload(guest));
    world.run(new CheckpointWithCdp(world.host, rules), plan);
    const { records } = world.host;
    expect(records).to.have.length(4);
    const all = (of: 'pagesByFault' | 'pagesByDevice'): number => records.reduce((total, record) => total + record[of], 0);
    expect(all('pagesByFault')).to.be.greaterThan(0);
    expect(all('pagesByDevice')).to.be.greaterThan(0);
    expect(differences(world)).to.equal(0);
    const forgetful = new MemoryWorld(new RandomWorkload(guest));
    forgetful.run(new ForgetsDma(forgetful.host, rules), plan);
    expect(differences(forgetful), 'a mutant is caught').to.be.greaterThan(0);
  });

  it('log each write of the disk, so that the disk of any instant can be had', () => {
    const world = new MemoryWorld(new RandomWorkload(guest));
    const method = new CheckpointWithCdp(world.host, rules);
    const seen: { time: number; blocks: Map<number, number> }[] = [];
    const blocks = new Map<number, number>();
    let writes = 0;
    world.machine.watchers.push({
      issued: (_slot, isWrite, offset, bytes) => {
        if (!isWrite) return;
        writes += 1;
        for (let block = offset / 4096; block < (offset + bytes) / 4096; block++) blocks.set(block, writes);
        seen.push({ time: world.kernel.now, blocks: new Map(blocks) });
      },
      filled: () => {},
    });
    world.run(method, plan);
    expect(method.log.writes).to.be.greaterThan(20);
    for (const image of world.host.images) {
      const before = seen.filter(({ time }) => time <= image.instant).at(-1)?.blocks ?? new Map<number, number>();
      expect([...method.log.blocksAt(image.instant)].sort(([a], [b]) => a - b)).to.deep.equal([...before].sort(([a], [b]) => a - b));
      expect(method.log.restoreBytes(image.instant)).to.equal(before.size * 4096);
    }
    expect(world.file.written).to.equal(method.log.bytes + world.host.records.reduce((all, { bytes }) => all + bytes, 0));
  });
});
