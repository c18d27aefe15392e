import { expect } from 'chai';
import * as fc from 'fast-check';
import { balanced } from '../../../experiments/cluster/shards.js';
import { queuedShards, queueWords, quoted, ranges } from '../../../experiments/cluster/shell.js';
import { arrayWords, mergeWords, scriptsOf, type SlurmRequest } from '../../../experiments/cluster/slurm.js';
import { parallelWords } from '../../../experiments/cluster/parallel.js';
import { InputError } from '../../../sim/errors.js';
import { spawnSync } from 'node:child_process';

describe('shards', () => {
  it('have each run once, and none much more than another, whatever the costs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        (costs, count) => {
          const groups = balanced(costs, Math.min(count, costs.length));
          expect(groups.flat().sort((a, b) => a - b)).deep.equals(costs.map((_, i) => i));
          const sums = groups.map((group) => group.reduce((sum, index) => sum + costs[index]!, 0));
          expect(Math.min(...sums)).above(0);
          // The last unit that the fullest group got is no larger than the difference, or the group would not have been the emptiest.
          expect(Math.max(...sums) - Math.min(...sums)).most(Math.max(...costs));
          expect(groups).deep.equals(balanced(costs, Math.min(count, costs.length)));
        },
      ),
    );
  });

  it('deal out equal costs in turn', () => {
    expect(balanced([1, 1, 1, 1, 1], 2)).deep.equals([
      [0, 2, 4],
      [1, 3],
    ]);
  });
});

describe('words for a scheduler', () => {
  it('list numbers as ranges', () => {
    expect(ranges([1, 2, 3, 7, 9, 10])).equals('1-3,7,9-10');
    expect(ranges([5])).equals('5');
    const sets = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
    fc.assert(
      fc.property(sets, (set) => {
        const numbers = [...set].sort((a, b) => a - b);
        const listed = ranges(numbers)
          .split(',')
          .map((part) => part.split('-').map(Number))
          .flatMap(([first, last = first]) => Array.from({ length: last! - first! + 1 }, (_, i) => first! + i));
        expect(listed).deep.equals(numbers);
      }),
    );
  });

  it('ask for the queue a line a task, and read who waits and who runs', () => {
    expect(queueWords('17')).include.members(['--array', '--jobs=17', '--format=%K %T']);
    const odd = Array.from({ length: 60 }, (_, i) => 2 * i + 1);
    const lines = [...odd.map((shard) => `${shard} PENDING`), '2 RUNNING', ' 4 COMPLETING ', '6 COMPLETED', '8 SUSPENDED', ''];
    const { waiting, running } = queuedShards(lines.join('\n'), 'squeue');
    expect([...waiting]).deep.equals([...odd, 8]);
    expect([...running]).deep.equals([2, 4]);
    expect(queuedShards('', 'squeue').waiting.size).equals(0);
  });

  for (const line of ['1-31:2 PENDING', '[1-3,7%2] PENDING', '1,3,... PENDING', 'N/A PENDING', '7', '0 RUNNING', '7 PENDING x']) {
    it(`stop at a line of the queue that is not understood: ${line}`, () => {
      expect(() => queuedShards(`3 RUNNING\n${line}\n`, 'squeue')).throws(InputError, 'squeue:2');
    });
  }

  it('mean to a shell what they are, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (word) => {
        expect(spawnSync('sh', ['-c', `printf %s ${quoted(word) || "''"}`], { encoding: 'utf8' }).stdout).equals(word);
      }),
      { numRuns: 60 },
    );
  });

  const request: SlurmRequest = {
    folder: "/data/it's; rm -rf $HOME",
    name: 'study',
    program: ['/usr/bin/node', '/opt/snapsim/main.js'],
    out: '/data/out $(x)',
    workers: 2,
    throttle: 3,
    options: ['--time=1:00:00'],
  };

  it('ask Slurm for an array that is requeued, throttled, and merged however it ends', () => {
    expect(arrayWords(request, [1, 2, 5])).deep.equals([
      '--parsable',
      '--job-name=snapsim-study',
      '--array=1-2,5%3',
      '--requeue',
      '--open-mode=append',
      '--cpus-per-task=2',
      `--output=${request.folder}/jobs/shard-%a.log`,
      '--time=1:00:00',
      `${request.folder}/jobs/shard.sh`,
    ]);
    expect(mergeWords(request, '17')).include('--dependency=afterany:17');
  });

  it('cannot be broken out of by the name of a folder', () => {
    const script = scriptsOf({ ...request, program: ['printf', '%s\\n'] });
    const said = (text: string): string[] =>
      spawnSync('sh', ['-c', text], { encoding: 'utf8', env: { ...process.env, SLURM_ARRAY_TASK_ID: '4' } })
        .stdout.trimEnd()
        .split('\n');
    expect(said(script.get('shard.sh')!)).deep.equals(['sweep', 'run-shard', request.folder, '4', '--workers', '2']);
    expect(said(script.get('merge.sh')!)).deep.equals(['sweep', 'merge', request.folder, '--out', request.out]);
    const words = parallelWords({ ...request, program: ['printf', '%s\\n'] }, [1, 2]);
    expect(words.slice(0, 3)).deep.equals(['parallel', '--jobs', '3']);
    expect(words.slice(-3)).deep.equals([':::', '1', '2']);
    expect(said(words.at(-4)!.replace('{}', '1'))).deep.equals(['sweep', 'run-shard', request.folder, '1', '--workers', '2']);
  });
});
