/** Runs on workers: what fails, what is kept, what is found again. */
import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeIdentity } from '../../../experiments/run/code-identity.js';
import type { FigureTask } from '../../../experiments/run/figure-worker.js';
import { runTasks, type Outcome } from '../../../experiments/run/pool.js';
import { RunStore } from '../../../experiments/run/run-store.js';
import { carryOutRuns } from '../../../experiments/run/runs.js';
import { runVariants } from '../../../experiments/run/variants.js';
import { figures } from '../../../experiments/figures/index.js';
import { InputError } from '../../../sim/errors.js';

let folder = '';
const scratch = (name: string) => path.join(folder, name);
before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-runs-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const task = (study: string, seed: number): FigureTask => ({ figure: 'fvd-counts', point: { study }, seed, scale: 'quick' });
const countRuns = (store: string): number =>
  readdirSync(scratch(store), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jsonl')).length;

describe('tasks on workers', () => {
  const script = `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ index, task }) => {
      if (task === 'exit') process.exit(3);
      if (task === 'break') setImmediate(() => { throw new Error('broken'); });
      else parentPort.postMessage(task === 'fail' ? { index, error: 'failed' } : { index, result: task * 2 });
    });`;

  it('have an outcome each, though some fail or take their worker down', async () => {
    writeFileSync(scratch('worker.mjs'), script);
    for (const workers of [1, 2]) {
      const outcomes: Outcome<number>[] = [];
      const tasks = [1, 'exit', 2, 'break', 3, 'fail', 4];
      await runTasks<unknown, number>(
        pathToFileURL(scratch('worker.mjs')),
        tasks,
        workers,
        (index, outcome) => (outcomes[index] = outcome),
      );
      expect(outcomes.map((outcome) => ('result' in outcome ? outcome.result : outcome.error))).eql([
        2,
        'its worker ended without an answer',
        4,
        'its worker broke down: broken',
        6,
        'failed',
        8,
      ]);
    }
  });

  it('end at once where their outcome cannot be taken', async () => {
    const failure = await runTasks(pathToFileURL(scratch('worker.mjs')), [1, 2, 3], 2, () => {
      throw new Error('disk full');
    }).catch((error: unknown) => (error as Error).message);
    expect(failure).equal('disk full');
  });
});

describe('the identity of code', () => {
  it('changes with any module that is imported, near or far, and with no other', () => {
    const write = (name: string, text: string) => writeFileSync(scratch(name), text);
    write('package.json', '{}');
    write('entry.js', "import { b } from './b.js'; new Worker(new URL('./w.js', import.meta.url));");
    write('b.js', "export { c } from './c.js';");
    write('c.js', 'export const c = 1;');
    write('w.js', '');
    write('other.js', '');
    const identity = () => codeIdentity(pathToFileURL(scratch('entry.js')), scratch('package.json'));
    const first = identity();
    write('other.js', 'changed');
    expect(identity()).equal(first);
    const seen = new Set([first]);
    for (const name of ['c.js', 'w.js', 'entry.js']) {
      writeFileSync(scratch(name), '// changed', { flag: 'a' });
      seen.add(identity());
    }
    write('package.json', '{"dependencies": {"seedrandom": "3.0.6"}}');
    seen.add(identity());
    expect(seen.size).equal(5);
  });
});

describe('stored runs', () => {
  const tasks = [task('empty qcow2', 1), task('naive seeks', 1), task('nonsense', 1)];
  const run = async (store: RunStore | null, wanted = tasks) => {
    let made = 0;
    const runs = await carryOutRuns(wanted, { store, workers: 2, onProgress: (_share, done) => (made = done) });
    return { runs, made };
  };

  it('are not made again, and are the same; one that failed is tried again', async () => {
    const first = await run(new RunStore(scratch('a'), 'code'));
    const second = await run(new RunStore(scratch('a'), 'code'));
    expect([first.made, second.made]).eql([3, 1]);
    expect(second.runs).eql(first.runs);
    expect((await run(null)).runs).eql(first.runs);
    expect(countRuns('a')).equal(2);
  });

  it('are found by the seed, the changes and the code that they were made with, and not where fresh ones are asked for', async () => {
    const store = new RunStore(scratch('b'), 'code');
    await run(store, [tasks[0]!]);
    expect((await run(store, [task('empty qcow2', 2)])).made).equal(1);
    expect((await run(store, [{ ...tasks[0]!, changes: { queueDepth: 2 } }])).made).equal(1);
    expect((await run(new RunStore(scratch('b'), 'other code'), [tasks[0]!])).made).equal(1);
    expect((await run(new RunStore(scratch('b'), 'code', true), [tasks[0]!])).made).equal(1);
    expect((await run(store, [tasks[0]!])).made).equal(0);
  });

  it('are refused where they are damaged', async () => {
    const store = new RunStore(scratch('c'), 'code');
    await run(store, [tasks[0]!]);
    const file = scratch(path.join('c', 'runs', 'code', readdirSync(scratch('c/runs/code'))[0]!));
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"value":[0-9.e-]+/, '"value":7'));
    const failure = await run(store, [tasks[0]!]).catch((error: unknown) => error);
    expect(failure).instanceOf(InputError).with.property('message').contains('a damaged run');
  });
});

describe('runs with parameters moved', () => {
  it('are made only where a run looks at one of them', async () => {
    const { study } = figures.get('fvd-counts', 'test');
    let made = 0;
    const points = [{ study: 'empty qcow2' }];
    const [answer] = await runVariants([{ study, points, seedsAtMost: 1, variants: [{ queueDepth: 8 }, {}] }], 'quick', {
      store: null,
      workers: 1,
      onProgress: () => made++,
    });
    expect(made).equal(1);
    expect([...answer!.reads]).eql([]);
    expect(answer!.variants.map(({ rows }) => rows)).eql([answer!.asItIs.rows, answer!.asItIs.rows]);
  });
});
