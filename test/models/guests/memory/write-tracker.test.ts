import { expect } from 'chai';
import { Charge, Charges } from '../../../../models/guests/memory/charges.js';
import { GuestMemory } from '../../../../models/guests/memory/guest-memory.js';
import { PageBits } from '../../../../models/guests/memory/page-bits.js';
import { WriteTracker, type TrackerSettings } from '../../../../models/guests/memory/write-tracker.js';
import { plainTracker, testCosts } from '../../../conformance/memory-world.js';

const pages = 2048;

interface Tracked {
  readonly tracker: WriteTracker;
  readonly guest: Charges;
  readonly worker: Charges;
  readonly write: (page: number) => void;
}

function tracked(settings: Partial<TrackerSettings> = {}): Tracked {
  const guest = new Charges(testCosts);
  const worker = new Charges(testCosts);
  const tracker = new WriteTracker(new GuestMemory(pages), { ...plainTracker, ...settings }, guest);
  const write = (page: number): void => {
    if (tracker.protection.has(page)) tracker.fault(page);
    else tracker.written(page);
  };
  return { tracker, guest, worker, write };
}

describe('the log of written pages', () => {
  it('costs a fault at the first write of each page, and holds it', () => {
    const { tracker, guest, worker, write } = tracked();
    tracker.startLog(worker);
    for (const page of [5, 6, 5, 5, 900]) write(page);
    expect(guest.counts[Charge.FAULT]).to.equal(3);
    expect(worker.counts[Charge.PROTECT_PAGE]).to.equal(pages);
    const into = new PageBits(pages);
    expect(tracker.collect(into, worker)).to.equal(3);
    expect(worker.counts[Charge.PROTECT_PAGE], 'those that were written are protected again').to.equal(pages + 3);
    write(5);
    expect(guest.counts[Charge.FAULT]).to.equal(4);
    expect(tracker.dirty.count).to.equal(1);
  });

  it('goes through all pages each time where the hypervisor is of 2010', () => {
    const { tracker, worker, write } = tracked({ protectsAllAgain: true });
    tracker.startLog(worker);
    write(5);
    tracker.collect(new PageBits(pages), worker);
    expect(worker.counts[Charge.PROTECT_PAGE]).to.equal(2 * pages);
  });

  it('breaks a large page up at its first write', () => {
    const { tracker, guest, worker, write } = tracked({ largePages: true });
    tracker.startLog(worker);
    expect([worker.counts[Charge.PROTECT_LARGE_PAGE], worker.counts[Charge.PROTECT_PAGE]]).to.deep.equal([4, 0]);
    for (const page of [0, 1, 511, 512]) write(page);
    expect([guest.counts[Charge.SPLIT_LARGE_PAGE], guest.counts[Charge.FAULT]]).to.deep.equal([2, 4]);
  });

  it('costs no fault with a modification log, but an exit when that is full', () => {
    const { tracker, guest, worker, write } = tracked({ mechanism: 'modification-log' });
    tracker.startLog(worker);
    for (let page = 0; page < 1500; page++) write(page);
    for (let page = 0; page < 1500; page++) write(page);
    expect([guest.counts[Charge.FAULT], guest.counts[Charge.LOG_FULL]]).to.deep.equal([0, 2]);
    expect(tracker.dirty.count).to.equal(1500);
  });

  it('holds what devices write, which never faults', () => {
    const { tracker, guest, worker } = tracked();
    tracker.startLog(worker);
    tracker.writtenByDevice(77);
    expect([tracker.dirty.has(77), guest.counts[Charge.FAULT]]).to.deep.equal([true, 0]);
    expect(tracker.protection.has(77), 'a later write of a processor still faults').to.equal(true);
  });
});
