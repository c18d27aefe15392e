/** A flush controller more: one file and one line; then a sweep compares it with those that are there. */
import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PackageCopy } from './package-copy.js';

const config = `study: memory
testbed: consnap
guest: { name: memcached, memory: 128MiB }
method: consnap
snapshots: { first: 1s, interval: 2s, count: 2 }
sweep:
  controller: [none, half]
`;

describe('the walk-through of a new flush controller', function () {
  this.timeout(120_000);
  let copy: PackageCopy;

  before(() => {
    copy = new PackageCopy({
      module: new URL('./half.js', import.meta.url),
      exported: 'half',
      index: 'models/flush/index.js',
      registry: 'flush controller',
      line: 'half: named(half),',
    });
    writeFileSync(path.join(copy.folder, 'half.yaml'), config);
  });
  after(() => copy.remove());

  it('has a name in the list, with its option', () => {
    expect(copy.snapsim('list').stdout).to.contain('  half: a pause as long as').and.contain('flushes = 1');
    expect(copy.original('list').stdout).to.not.contain('  half:');
  });

  it('is swept beside the others, and spreads a snapshot over about twice the time', () => {
    const done = copy.snapsim('run', 'half.yaml', '--out', 'out');
    expect(done.status, done.stderr).to.equal(0);
    const rows = readFileSync(path.join(copy.folder, 'out', 'rows.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const [none, half] = rows.map((row) => JSON.parse(row) as Record<string, number | string>);
    expect([none!['controller'], half!['controller']]).to.eql(['none', 'half']);
    const ratio = Number(half!['durationMeanMs']) / Number(none!['durationMeanMs']);
    expect(ratio).to.be.within(1.3, 3);
  });

  it('has its option checked, at its place in the config', () => {
    writeFileSync(path.join(copy.folder, 'wrong.yaml'), config.replace('[none, half]', '[none, { name: half, flushes: many }]'));
    const done = copy.snapsim('run', 'wrong.yaml', '--dry-run');
    expect(done.status).to.equal(2);
    expect(done.stderr).to.contain('wrong.yaml:7:').and.contain('a whole number from 0 to 100');
  });
});
