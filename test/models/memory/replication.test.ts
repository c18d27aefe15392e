import { expect } from 'chai';
import { memoryMethods } from '../../../models/memory/index.js';
import type { EpochRecord } from '../../../models/memory/epoch-record.js';
import { millisecond, second } from '../../../sim/units.js';
import { DiskUse, type GuestStep, type MemoryWorkload } from '../../../traces/memory/guest-step.js';
import { PageRuns } from '../../../traces/memory/page-runs.js';
import { MemoryWorld, RandomWorkload } from '../../conformance/memory-world.js';

const pages = 2000;

/** Writes a page each millisecond, and sends or writes to its disk every tenth. */
class Talker implements MemoryWorkload {
  readonly pages = pages;
  readonly resident = new PageRuns();
  private done = 0;

  constructor(
    private readonly steps: number,
    private readonly sent: number,
    private readonly disk: DiskUse = DiskUse.NONE,
  ) {
    this.resident.add(0, pages);
  }

  next(step: GuestStep): boolean {
    if (this.done++ === this.steps) return false;
    step.processorTime = millisecond;
    step.writes.add((this.done * 7) % pages, 1);
    if (this.done % 10 !== 0) return true;
    step.sent = this.sent;
    step.disk = this.disk;
    step.bytes = 8192;
    step.offset = 0;
    return true;
  }

  close(): void {}
}

/** Writes 20 pages each millisecond, and sends once, so many steps from the beginning. */
class OneMessage implements MemoryWorkload {
  readonly pages = pages;
  readonly resident = new PageRuns();
  private done = 0;

  constructor(private readonly sentAt: number) {
    this.resident.add(0, pages);
  }

  next(step: GuestStep): boolean {
    if (this.done++ === 1000) return false;
    step.processorTime = millisecond;
    step.writes.add((this.done * 20) % pages, 20);
    if (this.done === this.sentAt) step.sent = 1000;
    return true;
  }

  close(): void {}
}

const plan = { first: 0, interval: 25 * millisecond, count: 60, fullFrom: Infinity };

function run(method: string, workload: MemoryWorkload, options: Readonly<Record<string, unknown>> = {}): MemoryWorld {
  const world = new MemoryWorld(workload);
  return world.run(memoryMethods.get(method, 'test').make(world.host, options, 'test'), plan);
}

const sum = (records: readonly EpochRecord[], of: (record: EpochRecord) => number): number =>
  records.reduce((total, record) => total + of(record), 0);

describe('Remus', () => {
  it('keeps what the guest sends until the next checkpoint is answered for, and delivers all of it', () => {
    const { host, machine } = run('remus', new Talker(1000, 1000));
    const outputs = sum(host.records, (record) => record.outputs);
    const delay = sum(host.records, (record) => record.outputDelay) / outputs;
    expect(outputs).to.be.greaterThan(60);
    // Between a moment and an interval, with the stop and the way there and back.
    expect(delay).to.be.within(8 * millisecond, 25 * millisecond);
    for (const { outputDelayMax } of host.records) expect(outputDelayMax).to.be.below(35 * millisecond);
    expect(machine.link.delivered).to.equal(100 * 1000);
  });

  it('keeps what is sent while a checkpoint is carried over until the next one', () => {
    let whileCarried = 0;
    for (let sentAt = 700; sentAt < 800; sentAt += 5) {
      const { records } = run('remus', new OneMessage(sentAt), { link: '100MB/s' }).host;
      const releasing = records.filter(({ outputs }) => outputs > 0);
      expect(releasing).to.have.length(1);
      const { ended, outputDelay, instant } = releasing[0]!;
      const sent = ended - outputDelay;
      expect(sent, 'sent before the instant of the checkpoint that lets it go').to.be.below(instant);
      if (records.some((record) => record.instant < sent && sent < record.ended)) whileCarried += 1;
    }
    expect(whileCarried).to.be.greaterThan(5);
  });

  it('makes a guest wait whose connections are full of what is kept', () => {
    const few = run('remus', new Talker(1000, 1000)).machine;
    const many = run('remus', new Talker(1000, 64 * 1024)).machine;
    expect(few.lost.blocked).to.equal(0);
    expect(many.lost.blocked).to.be.greaterThan(100 * millisecond);
    expect(many.link.delivered).to.equal(100 * 64 * 1024);
  });

  it('mirrors writes to the disk, which go on at once', () => {
    const { host, machine } = run('remus', new Talker(1000, 0, DiskUse.WRITE));
    expect(sum(host.records, (record) => record.outputs)).to.be.greaterThan(60);
    expect(machine.lost.blocked).to.equal(0);
  });

  it('stops the guest for the copies alone where they fit the buffer, and for the link where they do not', () => {
    const longest = (options: Readonly<Record<string, unknown>>): number =>
      Math.max(
        ...run('remus', new Talker(4000, 1000), options)
          .host.records.slice(1)
          .map(({ downtime }) => downtime),
      );
    expect(longest({ link: '10MB/s' })).to.be.below(4 * millisecond);
    expect(longest({ link: '10MB/s', staging: 0 })).to.be.greaterThan(7 * millisecond);
  });

  it('keeps one image, which is the guest at the last instant', () => {
    const make = (verifies: boolean) => {
      const world = new MemoryWorld(new Talker(1000, 1000), { verifies });
      return world.run(memoryMethods.get('remus', 'test').make(world.host, {}, 'test'), plan).host;
    };
    const [one, all] = [make(false), make(true)];
    expect(one.images).to.have.length(1);
    expect(one.images[0]!.size, 'pages take the place of what was there').to.equal(all.images[0]!.size);
    expect([...one.images[0]!.restored()]).to.deep.equal([...all.references.at(-1)!]);
    expect(one.images[0]!.instant).to.equal(all.images.at(-1)!.instant);
  });
});

describe('Kemari', () => {
  for (const [what, disk, sent] of [
    ['what it sends', DiskUse.NONE, 1000],
    ['what it writes to its disk', DiskUse.WRITE, 0],
  ] as const) {
    it(`takes a checkpoint before each output: ${what}`, () => {
      const { host, machine } = run('kemari', new Talker(1000, sent, disk));
      const incremental = host.records.filter(({ kind }) => kind === 'incremental');
      // All but those of the first copy, which nobody guards yet, and one that may have waited for its end.
      expect(incremental.length).to.be.within(85, 100);
      for (const record of incremental.slice(1)) expect([record.outputs, record.pagesByThread > 0]).to.deep.equal([1, true]);
      expect(machine.link.delivered).to.equal(100 * sent);
    });
  }

  it('saves a quiet guest all the same', () => {
    const { host } = run('kemari', new RandomWorkload({ pages, seed: 1, steps: 5000, writes: 2, reads: 0, packets: 0 }), {
      quiet: '100ms',
    });
    const { records } = host;
    expect(records.length).to.be.greaterThan(5);
    for (let i = 2; i < records.length; i++) expect(records[i]!.begun - records[i - 1]!.ended).to.equal(100 * millisecond);
  });

  it('ends with its plan, and holds nothing up then', () => {
    const { epochs, machine, kernel } = run('kemari', new Talker(5000, 1000));
    expect(epochs!.isOver).to.equal(true);
    expect(machine.finished).to.be.a('number');
    expect(kernel.now).to.be.below(20 * second);
  });
});
