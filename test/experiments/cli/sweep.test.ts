/** Sweeps over shards as a user has them, on one machine: what Slurm does with them is tested in cluster/slurm.test.ts. */
import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { snapsim as command, type Ended } from '../../support/command.js';
import { needsTool } from '../../support/tools.js';

const config = `
study: replay
format: qcow2-0.12
trace: { file: traces/t.csv, csv: "time=1:us,op=2,offset=3,bytes=4" }
disk: { size: 1GiB }
sweep:
  format.cluster: [16KiB, 64KiB, 256KiB]
  load: [{ mode: open }, { mode: closed, depth: 2 }]
`;
const trace = Array.from({ length: 60 }, (_, i) => `${i * 4000},${i % 3 === 0 ? 'R' : 'W'},${((i * 37) % 101) * 65536},8192\n`).join('');

describe('a sweep in shards', function () {
  this.timeout(100_000);
  let folder = '';
  const at = (name: string): string => path.join(folder, name);
  const snapsim = (...words: string[]): Ended => command(words, folder);
  const filesOf = (name: string): Map<string, string> =>
    new Map(
      readdirSync(at(name))
        .filter((file) => file !== 'manifest.json')
        .sort()
        .map((file) => [file, readFileSync(at(`${name}/${file}`), 'latin1')]),
    );
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-sweep-'));
    mkdirSync(at('traces'));
    writeFileSync(at('traces/t.csv'), trace);
    writeFileSync(at('c.yaml'), config);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives the bytes of one run on one machine, in whatever order the shards are run', () => {
    expect(snapsim('run', 'c.yaml', '--out', 'local', '--store', 'own').stderr).equals('');
    expect(snapsim('sweep', 'plan', 'c.yaml', 's', '--shards', '4').stdout).equals('6 points of replay, 6 runs in 4 shards of 1 to 2: s\n');
    expect(snapsim('sweep', 'status', 's').stdout).match(/c: 0 of 6 runs done, 6 missing, 0 failed; 0 of 4 shards complete\n$/);
    for (const shard of ['3', '1', '4']) expect(snapsim('sweep', 'run-shard', 's', shard).status).equals(0);
    const early = snapsim('sweep', 'merge', 's');
    expect([early.status, early.stdout]).deep.equals([2, '']);
    expect(early.stderr).match(
      /^snapsim: s: found 2 runs that are missing or failed, in 1 shards, .* with seed 1 among them, expected all/,
    );
    const partial = snapsim('sweep', 'merge', 's', '--partial', '--out', 'part');
    expect([partial.status, partial.stdout]).deep.equals([0, '4 rows; results: part\n']);
    expect(partial.stderr).equals('snapsim: 2 of 6 runs are left out: missing or failed\n');
    expect(snapsim('sweep', 'submit', 's', '--with', 'local', '--dry-run').stdout).equals('snapsim sweep run-shard s 2 --workers 1\n');
    expect(snapsim('sweep', 'submit', 's', '--with', 'local').stdout).equals('1 shards run\n');
    expect(snapsim('sweep', 'merge', 's', '--out', 'merged').stdout).equals('6 rows; results: merged\n');
    expect(filesOf('merged')).deep.equals(filesOf('local'));
    expect([...filesOf('merged').keys()]).include.members(['rows.parquet', 'rows.csv', 'rows.jsonl', 'summary.json', 'config.yaml']);
    expect(snapsim('rerun', 'merged/manifest.json').status).equals(0);
  });

  it('merges, in part, all runs that a stopping rule took of the points of complete shards', () => {
    const ruled = [
      'study: workload',
      'disk: {size: 256MiB, initial: full}',
      'workload: {name: mixed, disk: 256MiB, requests: 30}',
      'until: {metric: latencyMeanMs, halfWidth: 0.01%, atLeast: 3, atMost: 6}',
      'sweep: {format.cluster: [16KiB, 64KiB]}',
    ];
    writeFileSync(at('u.yaml'), ['format: qcow2-0.12', ...ruled, ''].join('\n'));
    expect(snapsim('sweep', 'plan', 'u.yaml', 'u', '--shards', '2').stdout).equals(
      '2 points of workload, 6 runs in 2 shards of 3 to 3: u\n',
    );
    expect(snapsim('sweep', 'run-shard', 'u', '2').status).equals(0);
    const partial = snapsim('sweep', 'merge', 'u', '--partial', '--out', 'part');
    expect([partial.status, partial.stdout]).deep.equals([0, '6 rows; results: part\n']);
    expect(partial.stderr).equals('snapsim: 3 of 9 runs are left out: missing or failed\n');
    const part = filesOf('part').get('rows.csv')!.split('\n');
    snapsim('sweep', 'run-shard', 'u', '1');
    expect(snapsim('sweep', 'merge', 'u', '--out', 'whole').stdout).equals('12 rows; results: whole\n');
    expect(filesOf('whole').get('rows.csv')!.split('\n').slice(7)).deep.equals(part.slice(1));
  });

  it('has shards of about the same cost', () => {
    const costs = 'study: memory\nguest: idle\nsweep: { snapshots.count: [90, 10, 11, 12, 13] }\n';
    writeFileSync(at('m.yaml'), costs);
    expect(snapsim('sweep', 'plan', 'm.yaml', 'm', '--shards', '2').stdout).equals('5 points of memory, 5 runs in 2 shards of 1 to 4: m\n');
  });

  it('can be moved as a whole, and planned again as it is', () => {
    snapsim('sweep', 'plan', 'c.yaml', 's', '--shards', '2');
    mkdirSync(at('elsewhere'));
    for (const name of ['s', 'traces', 'c.yaml']) renameSync(at(name), at(`elsewhere/${name}`));
    expect(snapsim('sweep', 'run-shard', 'elsewhere/s', '1').stderr).equals('');
    expect(snapsim('sweep', 'plan', 'elsewhere/c.yaml', 'elsewhere/s', '--shards', '2').status).equals(0);
    const other = snapsim('sweep', 'plan', 'elsewhere/c.yaml', 'elsewhere/s', '--shards', '3');
    expect(other.status).equals(2);
    expect(other.stderr).match(/elsewhere\/s: found another sweep, expected an empty folder/);
    expect(readFileSync(at('elsewhere/s/sweep.json'), 'utf8')).not.include(tmpdir());
  });

  it('refuses a trace that has changed, a shard that is not there, and a folder that is no sweep', () => {
    snapsim('sweep', 'plan', 'c.yaml', 's', '--shards', '2');
    expect(snapsim('sweep', 'run-shard', 's', '3').stderr).match(/the shard: found 3, expected a number from 1 to 2/);
    expect(snapsim('sweep', 'status', 'traces').stderr).match(/traces: found no sweep\.json/);
    writeFileSync(at('traces/t.csv'), `${trace}900000,R,0,512\n`);
    expect(snapsim('sweep', 'run-shard', 's', '1').stderr).match(/t\.csv: found a file that has changed since the sweep was planned/);
  });

  it('tells of runs that failed, and runs them again', () => {
    writeFileSync(at('c.yaml'), config.replace('size: 1GiB', 'size: 1MiB'));
    snapsim('sweep', 'plan', 'c.yaml', 's', '--shards', '1');
    const failed = snapsim('sweep', 'run-shard', 's', '1');
    expect(failed.status).equals(1);
    const status = snapsim('sweep', 'status', 's');
    expect(status.status).equals(1);
    expect(status.stdout)
      .match(/failed: cluster=16KiB .*seed 1/)
      .and.match(/0 of 6 runs done, 0 missing, 6 failed/);
    expect(snapsim('sweep', 'submit', 's', '--with', 'local', '--dry-run').stdout).match(/run-shard s 1/);
  });

  it('runs under GNU parallel', function () {
    needsTool(this, 'GNU parallel', 'parallel', ['--version']);
    snapsim('sweep', 'plan', 'c.yaml', 'a b', '--shards', '3');
    expect(snapsim('sweep', 'submit', 'a b', '--with', 'parallel', '--throttle', '2').stdout).equals('3 of 3 shards done\n');
    expect(snapsim('sweep', 'status', 'a b').stdout).equals('c: 6 of 6 runs done, 0 missing, 0 failed; 3 of 3 shards complete\n');
  });

  it('follows no symbolic link out of its folder', () => {
    writeFileSync(at('precious'), 'precious');
    snapsim('sweep', 'plan', 'c.yaml', 's', '--shards', '2');
    mkdirSync(at('result'));
    for (const name of ['rows.csv', 'rows.parquet', 'manifest.json', '.rows.csv.partial'])
      symlinkSync(at('precious'), at(`result/${name}`));
    rmSync(at('s/failed'), { recursive: true });
    mkdirSync(at('s/failed'));
    symlinkSync(at('precious'), at('s/finished/1.json'));
    for (const shard of ['1', '2']) snapsim('sweep', 'run-shard', 's', shard);
    expect(snapsim('sweep', 'merge', 's', '--out', 'result').status).equals(0);
    expect(readFileSync(at('precious'), 'utf8')).equals('precious');
    expect(readFileSync(at('result/rows.csv'), 'utf8').split('\n')).length(8);
  });

  it('is not led out of its folder by names of shards, studies or points', () => {
    const named = (name: string): Ended => {
      writeFileSync(at('n.yaml'), `name: ${name}\n${config}`);
      return snapsim('sweep', 'plan', 'n.yaml', 'n');
    };
    for (const name of ['../../evil', '"<script>alert(1)</script>"', '/etc/x', '"a\\nb"', '..'])
      expect(named(name).stderr, name).match(/expected letters, digits, dots, dashes and underscores/);
    expect(existsSync(at('n/sweep.json'))).equals(false);
    snapsim('sweep', 'plan', 'c.yaml', 's', '--shards', '2');
    const harmful = readFileSync(at('s/shards/1.json'), 'utf8').replace(/"key": "[0-9a-f]+"/, '"key": "../../evil"');
    writeFileSync(at('s/shards/1.json'), harmful);
    expect(snapsim('sweep', 'run-shard', 's', '1').stderr).match(/shards\/1\.json: found the point \.\.\/\.\.\/evil as number 0/);
  });
});
