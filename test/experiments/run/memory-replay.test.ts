import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memorySetupOf } from '../../../experiments/run/memory-machine.js';
import { replayMemory, type MemoryReplayRow } from '../../../experiments/run/memory-replay.js';
import { consnap } from '../../../experiments/testbeds/consnap.js';
import { InputError } from '../../../sim/errors.js';
import { MiB, second } from '../../../sim/units.js';

describe('a recording under methods of memory snapshots', () => {
  let folder = '';
  let trace = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-replay-memory-'));
    trace = path.join(folder, 'r.pages.txt');
    // Every second the same 200 runs of two pages, and 100 others.
    const lines = Array.from({ length: 20 }, (_, i) => {
      const others = `${10 + i * 100}:100`;
      return `${i} ${(6 + i) * 1e9} 500 ${others} ${8000 - i * 100}:2${' 6:2'.repeat(199)}`;
    });
    const header = '# wprec v1 interval_ms=1000 page_size=4096 pid_start_mono_ns=5000000000';
    writeFileSync(trace, `${[header, ...lines].join('\n')}\n`);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const replay = (methods: readonly string[], interval: number): MemoryReplayRow[] =>
    replayMemory(
      {
        trace,
        recorded: { memory: 256 * MiB, busy: 1, pageCache: null, diskLog: null, diskLogLead: 0, seed: 1 },
        interval,
        fullFrom: Infinity,
      },
      methods.map((method) => memorySetupOf(consnap, method)),
    );

  it('is saved as often as the interval says, in increments of what was written', () => {
    const [stop, cow] = replay(['stop-and-copy', 'consnap'], 2 * second) as [MemoryReplayRow, MemoryReplayRow];
    expect([stop.snapshots, cow.snapshots]).to.deep.equal([10, 10]);
    expect([stop.firstBytes, cow.firstBytes]).to.deep.equal([65_536 * 4104, 65_536 * 4104]);
    // Each two seconds 200 new pages and 400 old ones; neighbours come on top with ConSnap.
    expect(stop.pagesMean).to.be.within(500, 620);
    expect(cow.pagesMean).to.be.greaterThan(stop.pagesMean);
  });

  it('is slower the more often it is saved, most where the guest stands still meanwhile', () => {
    const often = replay(['stop-and-copy', 'consnap'], second);
    const seldom = replay(['stop-and-copy', 'consnap'], 5 * second);
    for (const [i, row] of often.entries()) expect(row.slowdownPercent).to.be.greaterThan(seldom[i]!.slowdownPercent);
    expect(often[0]!.slowdownPercent).to.be.greaterThan(often[1]!.slowdownPercent);
    expect(often[0]!.downtimeMeanMs).to.be.greaterThan(250);
    expect(often[1]!.downtimeMaxMs).to.be.below(60);
  });

  it('is refused where it is none', () => {
    writeFileSync(path.join(folder, 'none.txt'), 'nothing\n');
    const settings = { memory: MiB, busy: 1, pageCache: null, diskLog: null, diskLogLead: 0, seed: 1 };
    const wrong = { trace: path.join(folder, 'none.txt'), recorded: settings, interval: second, fullFrom: Infinity };
    expect(() => replayMemory(wrong, [memorySetupOf(consnap, 'consnap')])).to.throw(InputError, 'none.txt:1');
  });
});
