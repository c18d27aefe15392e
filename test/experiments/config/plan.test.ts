/** From a config to its points: what is swept, how points are known, and what is overridden. */
import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { columnsOf, configOf, planOf, seedsOf } from '../../../experiments/config/plan.js';
import { hashOfInput, whileUnchanged } from '../../../experiments/config/inputs.js';
import { InputError } from '../../../sim/errors.js';
import { planIn, small } from './config-file.js';

describe('a plan', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-plan-'))));
  after(() => rmSync(folder, { recursive: true }));
  const plan = (lines: readonly string[], overrides: readonly string[] = []) => planIn(folder, [...small, ...lines], overrides);
  const labels = (lines: readonly string[], overrides: readonly string[] = []) => plan(lines, overrides).points.map(({ label }) => label);

  it('of a config without a sweep is one point', () => {
    const { points, kind, axes } = plan([]);
    expect([kind, axes, points.map(({ label }) => label)]).eql(['workload', [], ['workload']]);
  });

  it('crosses the paths of a sweep, the last one fastest', () => {
    expect(labels(['format: qcow2-7.2', 'sweep: {format.cluster: [64KiB, 1MiB], load.depth: [1, 2]}'])).eql([
      'cluster=64KiB depth=1',
      'cluster=64KiB depth=2',
      'cluster=1MiB depth=1',
      'cluster=1MiB depth=2',
    ]);
  });

  it('goes through paired paths together, across the others', () => {
    expect(labels(['sweep: {paired: {format: [raw, qed], disk.size: [64MiB, 128MiB]}, load.depth: [1, 2]}'])).eql([
      'format=raw size=64MiB depth=1',
      'format=raw size=64MiB depth=2',
      'format=qed size=128MiB depth=1',
      'format=qed size=128MiB depth=2',
    ]);
  });

  it('counts ranges in the unit of their begin, both ends included', () => {
    expect(labels(['format: qcow2-7.2', 'sweep: {format.cluster: {from: 64KiB, to: 1MiB, factor: 4}}'])).eql([
      'cluster=64KiB',
      'cluster=256KiB',
      'cluster=1024KiB',
    ]);
    expect(labels(['sweep: {load.depth: {from: 1, to: 8, step: 3}}'])).eql(['depth=1', 'depth=4', 'depth=7']);
  });

  it('has every value of any range between its ends, each a step behind the one before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9 }), (from, more, step) => {
        const depths = plan([`sweep: {load.depth: {from: ${from}, to: ${from + more}, step: ${step}}}`]).points.map(
          ({ values }) => values['load.depth'],
        );
        expect(depths).eql(Array.from({ length: Math.floor(more / step) + 1 }, (_, i) => from + i * step));
      }),
      { numRuns: 30 },
    );
  });

  it('sets a part of what another path chooses as a whole, in whichever order they stand', () => {
    const sweep = (paths: string) => plan([`sweep: {${paths}}`]).points.map(({ config }) => config['format']);
    const both = [{ name: 'qcow2-7.2', cluster: '65536' }];
    expect(sweep('format.cluster: [64KiB], format: [qcow2-7.2]')).eql(both);
    expect(sweep('format: [qcow2-7.2], format.cluster: [64KiB]')).eql(both);
  });

  it('sweeps parameters of the test-bed, whose names have dots', () => {
    const { points } = plan(['sweep: {testbed.set.guest.exitTime: [5us, 10us]}']);
    expect(points.map(({ config }) => config['testbed'])).eql([
      { name: 'fvd', set: { 'guest.exitTime': '5000' } },
      { name: 'fvd', set: { 'guest.exitTime': '10000' } },
    ]);
  });

  it('moves parameters beyond what the machine leaves open only where they are called a what-if', () => {
    const { points } = plan(['sweep: {testbed.whatIf.network.roundTrip: [200us, 5ms]}']);
    expect(points.map(({ config }) => config['testbed'])).eql([
      { name: 'fvd', whatIf: { 'network.roundTrip': '200000' } },
      { name: 'fvd', whatIf: { 'network.roundTrip': '5000000' } },
    ]);
  });

  it('knows a point by what it says, not by how, where or beside what it is said', () => {
    const [spelled] = plan(['format: {name: qcow2-7.2, cluster: 64KiB}']).points;
    const [other] = plan(['# a comment', 'format:', '  cluster: 65536', '  name: qcow2-7.2', 'replications: 7', 'name: other']).points;
    const [swept] = plan(['format: qcow2-7.2', 'sweep: {format.cluster: [64KiB, 1MiB]}']).points;
    expect(other!.key).equal(spelled!.key);
    expect(swept!.key).equal(spelled!.key);
    expect(plan(['format: {name: qcow2-7.2, cluster: 32KiB}']).points[0]!.key).not.equal(spelled!.key);
    expect(spelled!.key).match(/^[0-9a-f]{12}$/);
  });

  it('takes a value of an override for one of the file, and a list for a sweep', () => {
    expect(plan(['format: qcow2-7.2'], ['format.cluster=1MiB']).points[0]!.config['format']).eql({ name: 'qcow2-7.2', cluster: '1048576' });
    expect(labels([], ['sweep.load.depth=[1, 2]'])).eql(['depth=1', 'depth=2']);
    expect(seedsOf(plan([], ['seed=5', 'replications=3']))).eql([5, 6, 7]);
  });

  it('is the same of the plain config that it keeps', () => {
    const made = plan(['format: qcow2-7.2', 'sweep: {format.cluster: [64KiB, 1MiB], load.depth: [1, 2]}', 'replications: 2'], ['seed=4']);
    const again = planOf(configOf(made.config, folder, 'run'));
    expect(again.points).eql(made.points);
    expect(again.replication).eql(made.replication);
  });

  it('has a column for each path, and none twice', () => {
    const names = columnsOf(plan(['sweep: {load.depth: [1, 2]}'])).map(({ name }) => name);
    expect(names.slice(0, 3)).eql(['point', 'load.depth', 'seed']);
    expect(new Set(names).size).equal(names.length);
  });

  it('has a column for a path that has the name of a metric', () => {
    const warm = plan(['sweep: {warmUp: [10%, 20%]}']);
    expect(columnsOf(warm).map(({ name }) => name)).includes.members(['sweep.warmUp', 'warmUp']);
    expect(warm.points.map(({ values }) => values['sweep.warmUp'])).eql(['10%', '20%']);
  });

  it('may have many brackets in comments and texts, and few in each other', () => {
    expect(plan(Array.from({ length: 70 }, (_, i) => `# interval [${i}, 1) of a run`)).points).length(1);
    expect(() => plan([`name: ${'['.repeat(70)}`])).to.throw(InputError, 'brackets');
  });

  it('depends on what is in a trace, wherever it lies, and looks into it', () => {
    const lines = ['study: replay', 'trace: {file: t.csv, csv: "time=1:us,op=2,offset=3,bytes=4"}', 'disk: {size: 64MiB}'];
    const write = (text: string) => writeFileSync(path.join(folder, 't.csv'), text);
    write('0,W,0,4096\n5,R,0,4096\n');
    const before = planIn(folder, lines).inputs;
    write('0,W,0,8192\n5,R,0,4096\n');
    expect(planIn(folder, lines).inputs).not.eql(before);
    write('0,W,zero,8192\n');
    expect(() => planIn(folder, lines)).to.throw(InputError, /t\.csv:1/);
    rmSync(path.join(folder, 't.csv'));
    expect(() => planIn(folder, lines)).to.throw(InputError, /no such file/);
  });

  it('knows traces with the names of what every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      writeFileSync(path.join(folder, name), '0,W,0,4096\n');
      const lines = ['study: replay', `trace: {file: ${name}, format: csv, csv: "time=1:us,op=2,offset=3,bytes=4"}`, 'disk: {size: 64MiB}'];
      expect(Object.entries(planIn(folder, lines).inputs)).eql([[name, hashOfInput(path.join(folder, name), name)]]);
    }
  });

  it('looks into the recording of a guest, and into those beside it', () => {
    const guest = (more: string) => ['study: memory', `guest: {name: recorded, file: g.pages.txt${more}}`];
    const header = '# wprec v1 interval_ms=500 page_size=4096 pid_start_mono_ns=5000000000\n';
    const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
    expect(() => planIn(folder, guest(''))).to.throw(InputError, /g\.pages\.txt.*no such file/);
    write('g.pages.txt', `${header}0 5500000000 2 7:2\n1 6000000000 x 5\n`);
    expect(() => planIn(folder, guest(''))).to.throw(InputError, /g\.pages\.txt:3/);
    write('g.pages.txt', `${header}0 5500000000 2 7:2\n`);
    expect(Object.keys(planIn(folder, guest('')).inputs)).eql(['g.pages.txt']);
    write('cache.txt', 'no header\n');
    expect(() => planIn(folder, guest(', pageCache: cache.txt'))).to.throw(InputError, /cache\.txt:1/);
    write('disk.log', 'no log\n');
    expect(() => planIn(folder, guest(', diskLog: disk.log'))).to.throw(InputError, /disk\.log/);
  });
});

describe('the hash of an input', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-inputs-'))));
  after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  const hash = (name: string) => hashOfInput(path.join(folder, name), name);

  it('depends on every file of a recording of several processors, and on no other', () => {
    write('X.blktrace.0', 'zero');
    write('X.blktrace.1', 'one');
    const before = hash('X.blktrace.0');
    write('Y.blktrace.1', 'other');
    expect(hash('X.blktrace.0')).equal(before);
    write('X.blktrace.1', 'two');
    const changed = hash('X.blktrace.0');
    expect(changed).not.equal(before);
    write('X.blktrace.2', 'three');
    expect(hash('X.blktrace.0')).not.equal(changed);
  });

  it('is the planned one before and after a run, or there is none', () => {
    write('t', 'planned');
    const hashes = { t: hash('t') };
    expect(whileUnchanged(hashes, folder, () => 'made')).equal('made');
    const changed = /^t: found a file that has changed since the run was planned, expected the same contents until the run is over$/;
    expect(() => whileUnchanged(hashes, folder, () => write('t', 'CHANGED'))).to.throw(InputError, changed);
    let ran = false;
    expect(() => whileUnchanged(hashes, folder, () => (ran = true))).to.throw(InputError, changed);
    expect(ran).equal(false);
  });

  it('is looked into again where only its contents changed, however old it was when it was read first', async () => {
    const old = Date.now() / 1000 - 3600;
    write('t', 'planned');
    utimesSync(path.join(folder, 't'), old, old);
    const hashes = { t: hash('t') };
    await sleep(3100);
    expect(whileUnchanged(hashes, folder, () => 'made')).equal('made');
    write('t', 'CHANGED');
    utimesSync(path.join(folder, 't'), old, old);
    expect(() => whileUnchanged(hashes, folder, () => 'made')).to.throw(InputError, /a file that has changed/);
  });
});
