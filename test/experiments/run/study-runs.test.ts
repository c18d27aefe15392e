/** Runs of a plan: the stopping rule, what is left out at the beginning, and runs that fail. */
import { expect } from 'chai';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { placedOf } from '../../../experiments/config/placed.js';
import { readPoint } from '../../../experiments/config/point.js';
import { FailedFast } from '../../../experiments/run/run-tasks.js';
import { runPoint } from '../../../experiments/run/study-run.js';
import { resultFiles, summaryOf } from '../../../experiments/run/study-results.js';
import { carryOutPlan, missingRuns, openStudyStore, plannedRuns, type StudyRun } from '../../../experiments/run/study-runs.js';
import { mser5, tInterval } from '../../../results/statistics/index.js';
import type { Row } from '../../../results/rows.js';
import { planIn, small } from '../config/config-file.js';

const mixed = (more: string) => [
  'study: workload',
  'disk: {size: 256MiB, initial: full}',
  `workload: {name: mixed, disk: 256MiB, ${more}}`,
];
const settings = { store: null, workers: 2, onProgress: () => undefined };
const rowsOf = (runs: readonly StudyRun[]): Row[] => runs.flatMap((run) => ('row' in run ? [run.row] : []));

describe('runs of a plan', function () {
  this.timeout(60_000);
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-runs-'))));
  after(() => rmSync(folder, { recursive: true }));
  const run = (lines: readonly string[], seed = 1): Row => runPoint(planIn(folder, lines).points[0]!.config, seed, folder);

  it('stop at the least number of seeds whose interval is narrow enough', async () => {
    const plan = planIn(folder, [...mixed('requests: 60'), 'until: {metric: latencyMeanMs, halfWidth: 6%, atLeast: 3, atMost: 40}']);
    const values = rowsOf(await carryOutPlan(plan, settings)).map((row) => row['latencyMeanMs'] as number);
    const share = (n: number): number => {
      const { mean, low, high } = tInterval(values.slice(0, n));
      return (high - low) / 2 / mean;
    };
    expect(values.length).within(4, 39);
    expect(share(values.length)).at.most(0.06);
    for (let n = 3; n < values.length; n++) expect(share(n)).above(0.06);
  });

  it('stop at the most seeds where it never is', async () => {
    const plan = planIn(folder, [...mixed('requests: 30'), 'until: {metric: latencyMeanMs, halfWidth: 0.01%, atLeast: 3, atMost: 6}']);
    expect(rowsOf(await carryOutPlan(plan, settings)).map((row) => row['seed'])).eql([1, 2, 3, 4, 5, 6]);
  });

  it('leave out a share of the requests, a time, or what MSER-5 finds', () => {
    const all = run(mixed('requests: 400'));
    expect([all['warmUp'], all['requests']]).eql([0, 400]);
    const share = run([...mixed('requests: 400'), 'warmUp: 25%']);
    expect([share['warmUp'], share['requests']]).eql([100, 300]);
    expect(share['seconds']).below(all['seconds'] as number);
    expect(share['fingerprint']).equal(all['fingerprint']);
    const time = run([...mixed('requests: 400'), 'warmUp: 500ms']);
    expect(time['warmUp']).within(10, 190);
    expect((time['seconds'] as number) + 0.5).closeTo(all['seconds'] as number, 0.05);

    const { config } = planIn(folder, [...mixed('requests: 2000'), 'warmUp: mser-5']).points[0]!;
    const { study, testbed, values } = readPoint(placedOf(config, 'a point'));
    const { series } = study.run(testbed, values, { seed: 1, warmUp: 0, wantsSeries: true, fileOf: (name) => name });
    expect(series!.values).lengthOf(2000);
    expect(runPoint(config, 1, folder)['warmUp']).equal(mser5(series!.values).truncated);
  });

  it('whose warm-up is over half fail with that reason', () => {
    expect(() => run([...mixed('requests: 400'), 'warmUp: 1h'])).to.throw(
      RangeError,
      /the warm-up of 400 of 400 requests .* is over half of the run/,
    );
  });

  it('that fail are told with seed and config, and do not lose the others', async () => {
    // A snapshot that lasts longer than it may is only found when it is taken.
    const plan = planIn(folder, [
      'study: memory',
      'guest: {name: idle, memory: 256MiB}',
      'snapshots: {count: 2, interval: 1s}',
      'sweep: {snapshots.limit: [1100ms, 3600s]}',
    ]);
    const runs = await carryOutPlan(plan, settings);
    expect(rowsOf(runs).map((row) => row['snapshots.limit'])).eql(['3600s']);
    const [failed] = runs;
    expect('failure' in failed! && failed.failure).match(
      /^limit=1100ms, seed 1 \(point [0-9a-f]{12}, \{.*"guest".*\}\): .*not over after 1\.1 s/,
    );
    expect(summaryOf(plan, rowsOf(runs)).find(({ metric }) => metric === 'downtimeMeanMs')).include({ n: 0, mean: null, low: null });
    expect(resultFiles(plan, rowsOf(runs)).get('summary.csv')).match(/^point,snapshots\.limit,label,metric,unit,better,n,mean,low,high\n/);
    let fast: unknown = null;
    await carryOutPlan(plan, { ...settings, workers: 1, failsFast: true }).catch((error: unknown) => (fast = error));
    expect(fast).instanceOf(FailedFast);
  });

  it('that another plan made are not made again', async () => {
    const store = openStudyStore(path.join(folder, 'store'), false);
    const one = planIn(folder, [...small, 'sweep: {load.depth: [1, 2, 3]}', 'replications: 2']);
    await carryOutPlan(one, { ...settings, store });
    expect(missingRuns(one, plannedRuns(one), store)).eql([]);
    const other = planIn(folder, [...small, 'name: other', 'sweep: {load.depth: [3, 4]}', 'replications: 2']);
    expect(missingRuns(other, plannedRuns(other), store)).eql([
      { point: 1, seed: 1 },
      { point: 1, seed: 2 },
    ]);
    expect(readdirSync(path.join(folder, 'store', 'runs', store.code))).lengthOf(6);
  });

  describe('of a trace', () => {
    const lines = ['study: replay', 'trace: {file: t.csv, csv: "time=1:us,op=2,offset=3,bytes=4"}', 'disk: {size: 64MiB}'];
    const writeTrace = (requests: number) =>
      writeFileSync(path.join(folder, 't.csv'), Array.from({ length: requests }, (_, i) => `${i * 1000},W,${i * 4096},4096\n`).join(''));
    const storeIn = (name: string) => openStudyStore(path.join(folder, name), false);
    const requestsOf = (runs: readonly StudyRun[]) => rowsOf(runs).map((row) => row['requests']);

    it('that changed are other runs in the same store', async () => {
      const store = storeIn('changed');
      writeTrace(20);
      expect(requestsOf(await carryOutPlan(planIn(folder, lines), { ...settings, store }))).eql([20]);
      writeTrace(30);
      expect(requestsOf(await carryOutPlan(planIn(folder, lines), { ...settings, store }))).eql([30]);
      writeTrace(20);
      const plan = planIn(folder, lines);
      expect(missingRuns(plan, plannedRuns(plan), store)).eql([]);
    });

    it('that changes once they are planned fail, and are not stored', async () => {
      const store = storeIn('late');
      writeTrace(20);
      const plan = planIn(folder, lines);
      writeTrace(30);
      const runs = await carryOutPlan(plan, { ...settings, store });
      expect(requestsOf(runs)).eql([]);
      expect(runs.flatMap((one) => ('failure' in one ? [one.failure] : [])).join()).match(
        /^replay, seed 1 \(point .*\): t\.csv: found a file that has changed since the run was planned, expected the same contents until the run is over$/,
      );
      expect(missingRuns(plan, plannedRuns(plan), store)).lengthOf(1);
    });
  });
});
