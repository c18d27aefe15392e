/** `snapsim run` as a user has it: the examples, and what is printed and written. */
import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../experiments/places.js';
import { studies } from '../../../experiments/studies/index.js';
import { configFile, small } from '../config/config-file.js';
import { snapsim } from '../../support/command.js';

const examples = path.join(packageRoot, 'experiments', 'examples');

describe('snapsim run', function () {
  this.timeout(120_000);
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-run-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const scratch = (name: string) => path.join(folder, name);
  const run = (...words: readonly string[]) => snapsim(['run', ...words], folder);

  for (const file of readdirSync(examples).filter((name) => name.endsWith('.yaml'))) {
    it(`runs the example ${file}`, () => {
      const { status, stdout, stderr } = run(path.join(examples, file));
      expect([status, stderr.replaceAll(/^running.*\n/gm, '')]).eql([0, '']);
      const out = path.join('results', 'out', path.basename(file, '.yaml'));
      const points = new Set(
        readFileSync(scratch(path.join(out, 'rows.csv')), 'utf8')
          .trimEnd()
          .split('\n')
          .slice(1)
          .map((row) => row.split(',')[0]),
      );
      expect(stdout.split('\n').indexOf('')).equal(points.size + 2);
      expect(readFileSync(scratch(path.join(out, 'config.yaml')), 'utf8')).equal(readFileSync(path.join(examples, file), 'utf8'));
    });
  }

  it('has an example of each kind of study', () => {
    const shown = readdirSync(examples).map((file) => /^study: (.*)$/m.exec(readFileSync(path.join(examples, file), 'utf8'))?.[1]);
    expect(studies.names.filter((kind) => !shown.includes(kind))).eql([]);
  });

  it('keeps the letters of any script in the name of the folder', () => {
    const config = configFile(scratch('scripts'), small, 'опыт 実験é.yaml');
    expect(run(config).stdout).includes(path.join('results', 'out', 'опыт-実験é'));
  });

  it('says with --dry-run what it would run, and runs nothing', () => {
    const config = configFile(scratch('dry'), [...small, 'sweep: {load.depth: [1, 2]}', 'replications: 3']);
    const { status, stdout } = run(config, '--dry-run', '--set', 'replications=4');
    expect(status).equal(0);
    expect(stdout).match(
      /^[0-9a-f]{12} {2}depth=1\n[0-9a-f]{12} {2}depth=2\n2 points of workload \(steady-state\), 4 runs each: 8 runs, 8 of them to be made\n$/,
    );
    expect(existsSync(scratch('results/out/run'))).equal(false);
  });

  it('prints the summary as JSON, and knows where everything came from', () => {
    const config = configFile(scratch('json'), small);
    const { stdout } = run(config, '--json', '--out', scratch('json/out'), '--set', 'seed=3');
    const { summary } = JSON.parse(stdout) as { summary: { metric: string; n: number; better: string | null }[] };
    expect(summary.find(({ metric }) => metric === 'iops')).include({ n: 1, better: 'higher' });
    const manifest = JSON.parse(readFileSync(scratch('json/out/manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).include({ seed: 3, program: 'snapsim' });
    expect(manifest['config']).include({ study: 'workload', seed: '3' });
    expect(Object.keys(manifest['outputs'] as object)).include('rows.jsonl');
  });

  it('refuses a wrong config with status 2 and one line, before there is a folder', () => {
    const { status, stderr } = run(configFile(scratch('wrong'), [...small, 'laod: {depth: 4}']), '--out', scratch('wrong/out'));
    expect(status).equal(2);
    expect(stderr).match(/^snapsim: .*run\.yaml:4:1: found the unknown key "laod", expected one of .*\(did you mean load\?\)\n$/);
    expect(existsSync(scratch('wrong/out'))).equal(false);
  });

  it('names runs that fail, keeps the others, and ends with status 1', () => {
    const lines = [
      'study: memory',
      'guest: {name: idle, memory: 256MiB}',
      'snapshots: {count: 2, interval: 1s}',
      'sweep: {snapshots.limit: [1100ms, 3600s]}',
    ];
    const { status, stdout, stderr } = run(configFile(scratch('failing'), lines), '--out', scratch('failing/out'));
    expect(status).equal(1);
    expect(stderr).match(/a run failed: limit=1100ms, seed 1/);
    expect(stdout).match(/limit=3600s +1 /);
    expect(readFileSync(scratch('failing/out/rows.jsonl'), 'utf8').trimEnd().split('\n')).lengthOf(1);
    const fast = run(configFile(scratch('failing'), lines), '--out', scratch('failing/fast'), '--fail-fast', '--fresh', '--workers', '1');
    expect(fast.status).equal(1);
    expect(existsSync(scratch('failing/fast/rows.jsonl'))).equal(false);
  });

  it('replaces symbolic links among its results instead of writing through them', () => {
    mkdirSync(scratch('links'), { recursive: true });
    writeFileSync(scratch('precious'), 'kept');
    symlinkSync(scratch('precious'), scratch('links/rows.csv'));
    expect(run(configFile(scratch('linked'), small), '--out', scratch('links')).status).equal(0);
    expect(readFileSync(scratch('precious'), 'utf8')).equal('kept');
    expect(readFileSync(scratch('links/rows.csv'), 'utf8')).match(/^point,seed,/);
  });
});
