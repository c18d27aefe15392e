import { expect } from 'chai';
import fc from 'fast-check';
import { BlockLayer, blockLayerDefaults, type BlockLayerSettings } from '../../../models/devices/block-layer.js';
import { elevator } from '../../../models/devices/schedulers/elevator.js';
import { HostIo, Part, type IoOwner } from '../../../models/io/host-io.js';
import { Kind, Mode } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { microsecond, millisecond } from '../../../sim/units.js';
import { SteadyDevice } from '../filesystems/mounted/bench.js';

class Bench implements IoOwner {
  readonly kernel = new Kernel();
  readonly device = new SteadyDevice(this.kernel);
  readonly layer: BlockLayer;
  readonly done: { readonly io: HostIo; readonly at: number }[] = [];

  constructor(settings: Partial<BlockLayerSettings> = {}) {
    this.layer = new BlockLayer(this.kernel, this.device, { ...blockLayerDefaults, scheduler: elevator.make(), depth: 1, ...settings });
  }
  submit(kind: Kind, block: number, mode = Mode.ASYNC, blocks = 1): HostIo {
    const io = new HostIo(this);
    io.kind = kind;
    io.mode = mode;
    io.sector = block * 8;
    io.sectors = blocks * 8;
    this.layer.submit(io);
    return io;
  }
  ioDone(io: HostIo): void {
    this.done.push({ io, at: this.kernel.now });
  }
  words(): string[] {
    return this.device.seen.map(
      ({ kind, block, blocks }) => `${kind === Kind.READ ? 'read' : kind === Kind.WRITE ? 'write' : 'flush'} ${block}+${blocks}`,
    );
  }
}

describe('a block layer', () => {
  it('joins what is submitted together, behind and in front, and sends it as soon as the caller is through', () => {
    const bench = new Bench();
    for (const block of [11, 12, 10]) bench.submit(Kind.WRITE, block);
    bench.submit(Kind.READ, 13);
    expect(bench.device.seen.length).to.equal(0);
    bench.kernel.run();
    expect(bench.words()).to.deep.equal(['write 10+3', 'read 13+1']);
    expect(bench.device.seen[0]!.at).to.equal(0);
    expect(bench.done.map(({ at }) => at)).to.deep.equal([1, 1, 1, 2].map((ms) => ms * millisecond));
    expect(bench.layer.merged).to.equal(2);
  });

  it('tells the device that somebody waits for a request, as soon as it holds one I/O that is waited for', () => {
    const kernel = new Kernel();
    const modes: Mode[] = [];
    const device = { capacity: 1e6, busyTime: () => 0, submit: (io: HostIo) => void modes.push(io.mode) };
    const layer = new BlockLayer(kernel, device, { ...blockLayerDefaults, scheduler: elevator.make(), depth: 8 });
    for (const [sector, mode] of [
      [80, Mode.BACKGROUND],
      [88, Mode.ASYNC],
      [96, Mode.BACKGROUND],
      [800, Mode.BACKGROUND],
    ] as const) {
      const io = new HostIo({ ioDone: () => undefined });
      layer.submit(Object.assign(io, { kind: Kind.WRITE, sector, sectors: 8, mode }));
    }
    kernel.run();
    expect(modes).to.deep.equal([Mode.ASYNC, Mode.BACKGROUND]);
  });

  it('gathers each batch where it is told to, though the device is at work', () => {
    const sent = (plugs: BlockLayerSettings['plugs']): string[] => {
      const bench = new Bench({ plugs, depth: 8 });
      bench.submit(Kind.WRITE, 50);
      bench.kernel.run(0);
      for (const block of [10, 11, 12]) bench.submit(Kind.WRITE, block);
      bench.kernel.run();
      return bench.words();
    };
    expect(sent('each batch')).to.deep.equal(['write 50+1', 'write 10+3']);
    expect(sent('idle queue')).to.deep.equal(['write 50+1', 'write 10+1', 'write 11+1', 'write 12+1']);
  });

  it('holds what nobody waits for 3 ms, or until 4 requests are there', () => {
    const bench = new Bench();
    for (const block of [30, 10]) bench.submit(Kind.WRITE, block, Mode.BACKGROUND);
    bench.kernel.run();
    expect(bench.device.seen.map(({ at }) => at)).to.deep.equal([3 * millisecond, 4 * millisecond]);
    const four = new Bench();
    for (const block of [30, 10, 20, 40]) four.submit(Kind.WRITE, block, Mode.BACKGROUND);
    expect(four.words()).to.deep.equal(['write 10+1']);
    four.kernel.run();
    expect(four.words()).to.deep.equal(['write 10+1', 'write 20+1', 'write 30+1', 'write 40+1']);
  });

  it('one that somebody waits for opens the queue for all', () => {
    const bench = new Bench();
    bench.submit(Kind.WRITE, 30, Mode.BACKGROUND);
    bench.submit(Kind.READ, 10);
    bench.kernel.run(microsecond);
    expect(bench.words()).to.deep.equal(['read 10+1']);
  });

  it('grows requests up to the largest I/O, and none where it does not merge', () => {
    const bench = new Bench({ maxIoBytes: 16384 });
    for (let block = 0; block < 10; block++) bench.submit(Kind.WRITE, block);
    bench.kernel.run();
    expect(bench.words()).to.deep.equal(['write 0+4', 'write 4+4', 'write 8+2']);
    const apart = new Bench({ merges: false, depth: 4 });
    for (let block = 0; block < 3; block++) apart.submit(Kind.WRITE, block);
    apart.kernel.run();
    expect(apart.words()).to.deep.equal(['write 0+1', 'write 1+1', 'write 2+1']);
  });

  it('lets a FLUSH pass by', () => {
    const bench = new Bench();
    bench.submit(Kind.WRITE, 1, Mode.BACKGROUND);
    bench.submit(Kind.FLUSH, 0, Mode.ASYNC, 0);
    expect(bench.words()).to.deep.equal(['flush 0+0']);
    bench.kernel.run();
    expect(bench.done.length).to.equal(2);
  });

  const request = fc.record({
    kind: fc.constantFrom(Kind.READ, Kind.WRITE),
    block: fc.integer({ min: 0, max: 300 }),
    mode: fc.constantFrom(Mode.ASYNC, Mode.BACKGROUND),
    gap: fc.integer({ min: 0, max: 3_000_000 }),
  });
  it('completes every request once, with every block to the device once, and its parts sum to its time', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(request, { maxLength: 80, size: 'max', selector: ({ block }) => block }),
        fc.integer({ min: 1, max: 4 }),
        (requests, depth) => {
          const bench = new Bench({ depth });
          let time = 0;
          for (const { kind, block, mode, gap } of requests)
            bench.kernel.timer(() => bench.submit(kind, block, mode)).startAt((time += gap));
          bench.kernel.run();
          const blocksOf = (kind: Kind): number[] =>
            bench.device.seen
              .filter((seen) => seen.kind === kind)
              .flatMap(({ block, blocks }) => Array.from({ length: blocks }, (_, i) => block + i));
          for (const kind of [Kind.READ, Kind.WRITE]) {
            const asked = requests.filter((one) => one.kind === kind).map(({ block }) => block);
            expect(blocksOf(kind).sort((a, b) => a - b)).to.deep.equal(asked.sort((a, b) => a - b));
          }
          expect(new Set(bench.done.map(({ io }) => io)).size).to.equal(requests.length);
          for (const { io, at } of bench.done) {
            expect(io.spent.reduce((sum, part) => sum + part, 0)).to.equal(at - io.submitted);
            expect(io.spent[Part.QUEUE]).to.be.at.least(0);
          }
          expect(bench.layer.dispatched + bench.layer.merged).to.equal(bench.layer.submitted);
        },
      ),
      { numRuns: 200 },
    );
  });
});
