import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memorySetupOf, type MemorySetup, type NamedChoice } from '../../../experiments/run/memory-machine.js';
import { minimumIntervals } from '../../../experiments/run/memory-minimum.js';
import { replayMemory, type MemoryReplayRow, type MemoryReplaySettings } from '../../../experiments/run/memory-replay.js';
import { replayByLog } from '../../../experiments/run/memory-log-replay.js';
import { consnap } from '../../../experiments/testbeds/consnap.js';
import type { MemoryParameters } from '../../../experiments/testbeds/memory.js';
import { InputError } from '../../../sim/errors.js';
import { memoryMethods } from '../../../models/memory/index.js';
import type { ReplayCost } from '../../../models/memory/log-replay.js';
import { MiB, millisecond, second } from '../../../sim/units.js';

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

  const settings = (interval: number): MemoryReplaySettings => ({
    trace,
    recorded: { memory: 256 * MiB, busy: 1, pageCache: null, diskLog: null, diskLogLead: 0, seed: 1 },
    interval,
    fullFrom: Infinity,
  });
  const replay = (methods: readonly string[], interval: number, changed: Partial<MemorySetup> = {}): MemoryReplayRow[] =>
    replayMemory(
      settings(interval),
      methods.map((method) => ({ ...memorySetupOf(consnap, method), ...changed })),
    );
  const costsWith = (name: 'stopAndCopy', value: number): MemoryParameters['costs'] => ({
    ...consnap.memory!.costs,
    [name]: { ...consnap.memory!.costs[name], value },
  });
  const chosen = (...names: string[]): NamedChoice[] => names.map((name) => ({ name, options: {} }));

  it('is saved as often as the interval says, in increments of what was written', () => {
    const [stop, cow] = replay(['stop-and-copy', 'consnap'], 2 * second) as [MemoryReplayRow, MemoryReplayRow];
    // The first of ConSnap takes longer than an interval: the others begin later, and the guest is over before the last two.
    expect([stop, cow].map(({ asked }) => asked)).to.deep.equal([10, 10]);
    expect([stop.snapshots, cow.snapshots]).to.deep.equal([10, 8]);
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

  it('is saved by every method, and comes back from all of them', () => {
    const rows = replayMemory(
      { ...settings(5 * second), restores: true },
      memoryMethods.names.map((method) => memorySetupOf(consnap, method)),
    );
    for (const { method, snapshots, restore } of rows) {
      expect(snapshots, method).to.be.greaterThan(2);
      expect(restore!.bytesRead, method).to.be.at.least(65_536 * 4096);
      expect(restore!.fullMs, method).to.be.greaterThan(1000);
      expect(restore!.demanded, method).to.be.within(1, 1000);
    }
  });

  it('is less to save with reductions, of which a backup without the disk of each instant refuses one', () => {
    const [whole] = replay(['stop-and-copy'], 5 * second) as [MemoryReplayRow];
    const [less] = replay(['stop-and-copy'], 5 * second, { reductions: chosen('unused-memory', 'compression') }) as [MemoryReplayRow];
    expect(less.firstBytes).to.be.below(whole.firstBytes / 2);
    expect(less.bytesMean).to.be.below(whole.bytesMean);
    expect(() => replay(['remus'], 5 * second, { reductions: chosen('disk-duplicates') })).to.throw(
      InputError,
      'disk-duplicates with remus',
    );
  });

  it('has a snapshot of its disk in the time of each stop, where that is an image with snapshots', () => {
    const [plain] = replay(['consnap'], 5 * second) as [MemoryReplayRow];
    const [image] = replay(['consnap'], 5 * second, { image: { name: 'irow-paper', options: {} } }) as [MemoryReplayRow];
    expect(image.snapshots).to.equal(plain.snapshots);
    expect(image.downtimeMeanMs).to.not.equal(plain.downtimeMeanMs);
    expect(() => replay(['consnap'], 5 * second, { image: { name: 'raw', options: {} } })).to.throw(InputError, 'keeps snapshots');
  });

  it('has a shortest interval for each method, the same in every run, far below which snapshots are late', () => {
    const setups = ['stop-and-copy', 'consnap', 'kemari'].map((method) => memorySetupOf(consnap, method));
    const found = minimumIntervals(settings(second), setups);
    const [stop, cow, kemari] = found.map(({ intervalMs }) => intervalMs);
    expect(kemari, 'its outputs decide').to.equal(null);
    expect(stop).to.be.greaterThan(cow!);
    expect(replay(['stop-and-copy'], stop! * millisecond)[0]!.overruns).to.be.at.most(2);
    expect(replay(['stop-and-copy'], (stop! * millisecond) / 3)[0]!.overruns).to.be.greaterThan(10);
    expect(minimumIntervals(settings(second), setups)).to.deep.equal(found);
  });

  it('is not saved behind its end: what was under way then is finished, and what was asked for besides is told', () => {
    const [stop, passes, kemari] = replay(['stop-and-copy', 'pre-copy', 'kemari'], second) as [
      MemoryReplayRow,
      MemoryReplayRow,
      MemoryReplayRow,
    ];
    expect([stop.asked, passes.asked, kemari.asked]).to.deep.equal([20, 20, null]);
    expect(stop.snapshots).to.equal(20);
    expect(passes.snapshots).to.be.within(2, 10);
    expect(passes.lastOutlivesGuest).to.equal(true);
    expect(passes.slowdownPercent).to.be.below(10);
  });

  it('has the first snapshot on its own, and the longest downtime of all', () => {
    const [stop] = replay(['stop-and-copy'], 5 * second) as [MemoryReplayRow];
    expect(stop.firstDowntimeMs).to.be.greaterThan(5 * stop.downtimeMeanMs);
    expect(stop.firstDurationMs).to.be.at.least(stop.firstDowntimeMs);
    expect(stop.downtimeMaxMs).to.equal(stop.firstDowntimeMs);
  });

  it('is not kept up with where the guest hardly runs', () => {
    const setup = memorySetupOf(consnap, 'stop-and-copy');
    const [found] = minimumIntervals(settings(second), [setup]);
    expect(found!.lostPercent).to.be.within(20, 50);
    expect(found!.reason).to.equal(null);
    const halved = { ...setup.testbed, memory: { ...consnap.memory!, costs: costsWith('stopAndCopy', 3.2 * second) } };
    const [none] = minimumIntervals(settings(second), [{ ...setup, testbed: halved }]);
    expect(none!.reason).to.match(/half of its rate/);
    expect(none!.lostPercent).to.be.greaterThan(50);
    expect([none!.intervalMs, none!.row]).to.deep.equal([null, null]);
  });

  it('is refused where it touches more than the memory, or is over before the first snapshot', () => {
    const small = { ...settings(second), recorded: { ...settings(second).recorded, memory: 8 * MiB } };
    const setups = [memorySetupOf(consnap, 'consnap')];
    for (const act of [() => replayMemory(small, setups), () => minimumIntervals(small, setups), () => replayByLog(small, {})])
      expect(act).to.throw(InputError, /--memory: found 8 MiB, where the recording touches .* expected at least \d+KiB/);
    expect(() => replayMemory(settings(20 * second), setups)).to.throw(
      InputError,
      '--interval: found 20 s, where the recording lasts 20 s',
    );
    expect(() => replayByLog(settings(36_000 * second), {})).to.throw(InputError, '--interval');
  });

  it('is estimated for log and replay', () => {
    const [one, four] = [1, 4].map((vcpus) => replayByLog(settings(5 * second), { vcpus: String(vcpus) })) as [ReplayCost, ReplayCost];
    expect(one.recovery).to.be.within(5 * second, 5.5 * second);
    expect(four.slowdownPercent).to.be.greaterThan(10 * one.slowdownPercent);
    expect(() => replayByLog(settings(second), { cpus: 2 })).to.throw(InputError, 'log-replay');
  });

  it('is refused where it is none', () => {
    writeFileSync(path.join(folder, 'none.txt'), 'nothing\n');
    const recorded = { memory: MiB, busy: 1, pageCache: null, diskLog: null, diskLogLead: 0, seed: 1 };
    const wrong = { trace: path.join(folder, 'none.txt'), recorded, interval: second, fullFrom: Infinity };
    expect(() => replayMemory(wrong, [memorySetupOf(consnap, 'consnap')])).to.throw(InputError, 'none.txt:1');
  });
});
