import { expect } from 'chai';
import type { FigureTask } from '../../../experiments/run/figure-worker.js';
import { carryOutRuns, isFailed, type Run } from '../../../experiments/run/runs.js';

const figure = 'fvd-fig05';
const task = (system: string, seed: number): FigureTask => ({
  figure,
  point: { system, depth: 1, writeCache: false },
  seed,
  scale: 'quick',
});

const runsOf = (tasks: readonly FigureTask[], workers: number): Promise<Run[]> =>
  carryOutRuns(tasks, { store: null, workers, onProgress: () => {} });
const bytesOf = async (tasks: readonly FigureTask[], workers: number): Promise<string> =>
  (await runsOf(tasks, workers))
    .flatMap((run) => (isFailed(run) ? [] : run.rows))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

describe('the same seed gives the same bytes', () => {
  it('with one worker, with two, and again', async () => {
    const tasks = [task('Native', 1), task('FVD', 1), task('Native', 2)];
    const one = await bytesOf(tasks, 1);
    expect(await bytesOf(tasks, 2)).to.equal(one);
    expect(await bytesOf(tasks, 2)).to.equal(one);
    const fingerprints = new Set(
      one
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { fingerprint: string }).fingerprint),
    );
    expect(fingerprints.size, 'every row has a fingerprint of its own').to.equal(tasks.length * 12);
  });

  it('and a task that fails says which one it was, and does not lose the others', async () => {
    const [failed, good] = await runsOf([task('nonsense', 1), task('Native', 1)], 1);
    expect(failed)
      .to.have.property('failure')
      .which.matches(/fvd-fig05 .*nonsense.* seed 1, quick: /);
    expect(good).to.have.property('rows').with.length(12);
  });
});
