/** A sweep on a real Slurm, one node of which dies in the middle: nothing is lost, nothing is there twice. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mainModule } from '../../support/command.js';
import { needsTool } from '../../support/tools.js';
import { SlurmCluster, until } from './slurm-cluster.js';

const config = `
study: workload
format: qcow2-0.12
disk: { size: 4GiB }
workload: { name: rand-io, partitionSize: 2GiB, block: 64KiB, operations: 8000 }
replications: 6
sweep:
  format.cluster: [16KiB, 64KiB, 256KiB, 1MiB]
`;

describe('a sweep on Slurm', function () {
  this.timeout(300_000);
  let folder = '';
  let cluster: SlurmCluster | null = null;

  before(async function () {
    needsTool(this, 'Slurm (slurmctld, slurmd, slurm-client, munge)', 'slurmctld', ['-V']);
    needsTool(this, 'munge', 'munged', ['--version']);
    needsTool(this, 'a root user, who may start daemons', 'sh', ['-c', 'test "$(id -u)" = 0']);
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-sweep-'));
    writeFileSync(path.join(folder, 'study.yaml'), config);
    cluster = new SlurmCluster();
    await cluster.start();
  });
  after(async () => {
    await cluster?.stop();
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  const snapsim = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [mainModule, ...words], {
      cwd: folder,
      env: cluster!.env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  interface Status {
    shards: { isComplete: boolean }[];
  }
  const status = (): Status => JSON.parse(snapsim('sweep', 'status', 'sweep', '--json').stdout) as Status;
  const filesOf = (name: string): Map<string, string> =>
    new Map(
      readdirSync(path.join(folder, name))
        .filter((file) => file !== 'manifest.json')
        .map((file) => [file, readFileSync(path.join(folder, name, file), 'latin1')]),
    );

  it('loses nothing when a node dies in the middle: each run is once in the result, which is that of one machine', async () => {
    expect(snapsim('sweep', 'plan', 'study.yaml', 'sweep', '--shards', '8').stderr).equals('');
    const submitted = snapsim('sweep', 'submit', 'sweep', '--throttle', '2', '--out', 'merged');
    expect(submitted.stdout + submitted.stderr).match(/^8 shards as job array \d+; job \d+ merges/);

    await until('something is done, and a shard has been at work on n1 for a second', 100, () => {
      const runs = path.join(folder, 'sweep', 'store', 'runs');
      const done = readdirSync(runs).flatMap((code) => readdirSync(path.join(runs, code))).length;
      const times = cluster!.ask('squeue', '--noheader', '--states=R', '--nodelist=n1', '--format=%M').trim();
      return done >= 2 && times !== '' && !times.includes('0:00');
    });
    expect(cluster!.killNode('n1'), 'the daemon, what watches over the shard, the shard').least(3);
    expect(status().shards.some(({ isComplete }) => !isComplete)).equals(true);
    // Who submits again meanwhile does not have them run twice.
    expect(snapsim('sweep', 'submit', 'sweep').stdout).equals('no shard is left to run; others wait or run\n');
    await cluster!.drained(200);

    expect(cluster!.ask('sinfo', '--noheader', '--Node', '--nodes=n1', '--format', '%T')).match(/^down/);
    expect(status().shards.map(({ isComplete }) => isComplete)).deep.equals(Array(8).fill(true));
    expect(snapsim('run', 'study.yaml', '--out', 'local', '--workers', '2').status).equals(0);
    const rows = filesOf('merged')
      .get('rows.jsonl')!
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { point: string; seed: number });
    expect(new Set(rows.map(({ point, seed }) => `${point} ${seed}`)).size).equals(24);
    expect(rows).length(24);
    expect(filesOf('merged')).deep.equals(filesOf('local'));
  });

  it('runs what is missing, and nothing else, when it is submitted again', async () => {
    const runs = path.join(folder, 'sweep', 'store', 'runs');
    const kept = path.join(runs, readdirSync(runs)[0]!);
    const before = new Map(readdirSync(kept).map((file) => [file, readFileSync(path.join(kept, file), 'utf8')]));
    const [lost] = before.keys();
    rmSync(path.join(kept, lost!));
    const merged = snapsim('sweep', 'merge', 'sweep', '--out', 'too-early');
    expect(merged.status).equals(2);
    expect(merged.stderr).match(/found 1 runs that are missing or failed, in 1 shards, .* expected all of them/);
    expect(snapsim('sweep', 'submit', 'sweep', '--out', 'again').stdout).match(/^1 shards as job array/);
    await cluster!.drained(100);
    expect(new Map(readdirSync(kept).map((file) => [file, readFileSync(path.join(kept, file), 'utf8')]))).deep.equals(before);
    expect(filesOf('again')).deep.equals(filesOf('local'));
    expect(snapsim('sweep', 'submit', 'sweep').stdout).equals('no shard is left to run\n');
  });
});
