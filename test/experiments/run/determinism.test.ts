import { expect } from 'chai';
import type { Row } from '../../../results/rows.js';
import { toJsonLines } from '../../../results/rows.js';
import { figures } from '../../../experiments/figures/index.js';
import type { FigureTask } from '../../../experiments/run/figure-worker.js';
import { runTasks } from '../../../experiments/run/pool.js';

const worker = new URL('../../../experiments/run/figure-worker.js', import.meta.url);
const figure = 'fvd-fig05';
const { columns } = figures.get(figure, 'test').study;
const task = (system: string, seed: number): FigureTask => ({
  figure,
  point: { system, depth: 1, writeCache: false },
  seed,
  scale: 'quick',
});

const bytesOf = async (tasks: readonly FigureTask[], workers: number): Promise<string> =>
  toJsonLines(columns, (await runTasks<FigureTask, Row[]>(worker, tasks, workers, () => {})).flat());

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

  it('and a task that fails says which one it was', async () => {
    const failure = await bytesOf([task('nonsense', 1)], 1).then(
      () => null,
      (error: unknown) => (error as Error).message,
    );
    expect(failure).to.match(/fvd-fig05 .*nonsense.* seed 1/);
  });
});
