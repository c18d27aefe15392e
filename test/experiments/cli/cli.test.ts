/** The command line as a user has it: a process, what it prints, and its exit status. */
import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../experiments/places.js';
import { snapsim as command, type Ended } from '../../support/command.js';

const sample = path.join(packageRoot, 'traces', 'samples', 'postmark-ext3.blktrace.0.gz');

const snapsim = (...words: readonly string[]): Ended => command(words);

describe('command line', () => {
  let folder = '';
  const scratch = (name: string) => path.join(folder, name);
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-cli-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  describe('refuses in one line, with status 2 and no stack trace', () => {
    const csv = (text: string) => {
      writeFileSync(scratch('t.csv'), text);
      return [scratch('t.csv'), '--csv', 'time=1:us,op=2,offset=3,bytes=4'];
    };
    const cases: readonly [string, () => readonly string[], RegExp][] = [
      ['an unknown command', () => ['reprodcue'], /unknown command 'reprodcue'.*Did you mean reproduce/s],
      ['an unknown option', () => ['replay', sample, '--formts', 'raw'], /unknown option '--formts'/],
      [
        'a wrong unit',
        () => ['replay', sample, '--formats', 'qcow2-0.12', '--cluster', '64kk'],
        /--cluster: found "64kk", expected a size such as 64KiB/,
      ],
      [
        'a cluster size that is none',
        () => ['replay', sample, '--formats', 'qcow2-0.12', '--cluster', '3KiB'],
        /option cluster of qcow2-0\.12: found 3KiB, expected a power of two/,
      ],
      ['an unknown format', () => ['replay', sample, '--formats', 'qcow3'], /unknown image format "qcow3", expected one of raw/],
      ['an unknown test-bed', () => ['replay', sample, '--testbed', 'fdv'], /unknown test-bed "fdv".*did you mean fvd/],
      ['a missing trace', () => ['replay', scratch('no-such.trace')], /no-such\.trace: found no such file or folder/],
      [
        'a trace that is none',
        () => ['replay', path.join(packageRoot, 'LICENSE')],
        /found a file that begins with .*expected one of the formats/,
      ],
      ['a line that is no record', () => ['replay', ...csv('1,R,0,512\n2,R,oops,512\n')], /t\.csv:2: found/],
      ['a disk too small for the trace', () => ['replay', sample, '--disk-size', '1MiB'], /ends at byte .* give a larger --disk-size/],
      ['an action that a trace lacks', () => ['replay', ...csv('1,R,0,512\n'), '--action', 'D'], /--action: found D, expected no action/],
      [
        'a folder that cannot be written to',
        () => ['reproduce', '--quick', '--out', '/proc/nowhere'],
        /\/proc\/nowhere.*: found no such file or folder/,
      ],
      [
        'a file where a folder should be',
        () => ['reproduce', '--quick', '--out', path.join(packageRoot, 'LICENSE')],
        /LICENSE.*found a file where a folder/,
      ],
      ['an unknown figure', () => ['reproduce', 'fvd-fig5', '--out', scratch('out')], /unknown figure "fvd-fig5".*did you mean fvd-fig05/],
      [
        'a disk larger than the drive',
        () => ['replay', sample, '--disk-size', '100GiB'],
        /--disk-size: found 100 GiB.* expected at most the/,
      ],
      [
        'a backing image larger than the disk',
        () => ['replay', sample, '--formats', 'qcow2-0.12', '--backing', '1TiB'],
        /--backing: found 1TiB, expected at most/,
      ],
      [
        'a backing image of no whole sectors',
        () => ['replay', sample, '--formats', 'qcow2-0.12', '--backing', '501'],
        /--backing: found 501, expected a multiple of 512/,
      ],
      ['a backing image that no format takes', () => ['replay', sample, '--backing', '1GiB'], /--backing: found --formats raw/],
      ['a format named twice', () => ['replay', sample, '--formats', 'raw,raw'], /--formats: found raw twice/],
      [
        'a sweep with a wrong value, before anything runs',
        () => ['replay', sample, '--formats', 'raw,qcow2-0.12', '--sweep', 'qcow2-0.12.cluster=4KiB,6KiB'],
        /option cluster of qcow2-0\.12: found 6KiB/,
      ],
      [
        'a sweep of a format that is not asked for',
        () => ['replay', sample, '--formats', 'raw', '--sweep', 'qcow2-0.12.cluster=4KiB'],
        /--sweep: found "qcow2-0\.12\.cluster=4KiB", expected FORMAT\.OPTION=VALUE/,
      ],
      [
        'an option that is set and swept',
        () => ['replay', sample, '--formats', 'qed', '--set', 'qed.cluster=4KiB', '--sweep', 'qed.cluster=4KiB,8KiB'],
        /--sweep: found qed\.cluster more than once/,
      ],
      ['a depth without a closed loop', () => ['replay', sample, '--depth', '4'], /--depth: found --mode open, expected --mode closed/],
      [
        'a format of the host layer',
        () => ['replay', sample, '--layer', 'host', '--formats', 'qcow2-0.12'],
        /--layer host: found --formats qcow2-0\.12/,
      ],
      ['no reference data', () => ['validate', 'formats', '--against', scratch('nothing')], /nothing: found/],
    ];
    for (const [name, words, message] of cases) {
      it(name, () => {
        const { status, stdout, stderr } = snapsim(...words());
        expect(stderr).to.match(message);
        expect(stderr).to.not.match(/\n\s+at /);
        expect(stderr.trim().split('\n').length).to.equal(1);
        expect([status, stdout]).to.deep.equal([2, '']);
        expect(existsSync(scratch('out'))).to.equal(false);
      });
    }

    it('a truncated trace, and leaves nothing half-written behind', () => {
      const cut = scratch('cut.blktrace.0.gz');
      writeFileSync(cut, readFileSync(sample).subarray(0, readFileSync(sample).length / 2));
      const { status, stderr } = snapsim('trace', 'convert', cut, scratch('cut.snaptrace'), '--to', 'snaptrace');
      expect(status).to.equal(2);
      expect(stderr).to.match(/cut\.blktrace\.0\.gz/);
      expect(readdirSync(folder).filter((file) => file.includes('snaptrace'))).to.deep.equal([]);
    });
  });

  it('replays the sample against three formats, and prints the same bytes again', () => {
    const words = ['replay', sample, '--formats', 'raw,qcow2-0.12,fvd-paper', '--mode', 'closed', '--depth', '4'];
    const first = snapsim(...words);
    expect([first.status, first.stderr]).to.deep.equal([0, '']);
    for (const line of [
      'IOPS',
      'MB/s',
      'latency p99.9 ms',
      'metadata I/Os',
      'write amplification',
      'mean seek',
      'image, sparse files whole',
      'reads that hit holes',
    ]) {
      expect(first.stdout).to.include(line);
    }
    expect(snapsim(...words).stdout).to.equal(first.stdout);
    const json = snapsim(...words, '--json');
    expect(snapsim(...words, '--json').stdout).to.equal(json.stdout);
    const { systems } = JSON.parse(json.stdout) as { systems: { system: string; requests: number; writeAmplification: number }[] };
    expect(systems.map(({ system }) => system)).to.deep.equal(['raw', 'qcow2-0.12', 'fvd-paper']);
    expect(new Set(systems.map(({ requests }) => requests)).size).to.equal(1);
    expect(systems[0]!.writeAmplification).to.equal(1);
    expect(systems[1]!.writeAmplification).to.be.above(1);
  });

  it('says that an open replay is saturated, with its backlog', () => {
    const { stdout } = snapsim('replay', sample, '--formats', 'raw', '--json');
    const { systems } = JSON.parse(stdout) as { systems: Record<string, number | string>[] };
    expect(systems[0]).to.include({ load: 'SATURATED' });
    expect(systems[0]!['backlog']).to.be.above(1000);
    expect(systems[0]!['achievedIops']).to.be.below(systems[0]!['offeredIops'] as number);
  });

  it('says what a short or an even trace tells of the load', () => {
    const loadOf = (text: string) => {
      writeFileSync(scratch('load.csv'), text);
      const words = ['replay', scratch('load.csv'), '--csv', 'time=1:ms,op=2,offset=3,bytes=4', '--json'];
      return (JSON.parse(snapsim(...words).stdout) as { systems: { load: string }[] }).systems[0]!.load;
    };
    const writes = (count: number, everyMs: number) =>
      Array.from({ length: count }, (_, i) => `${i * everyMs},W,${((i * 7919 * 4096) % 1e9) - (((i * 7919 * 4096) % 1e9) % 4096)},4096\n`);
    expect(loadOf(writes(20, 100).join(''))).to.equal('too short to tell');
    expect(loadOf(writes(500, 100).join(''))).to.equal('kept up');
    expect(loadOf(writes(500, 1).join(''))).to.equal('SATURATED');
    // One late request does not hide that the others waited for room.
    expect(loadOf([...writes(5000, 0.1), '3600000,W,0,4096\n'].join(''))).to.equal('SATURATED');
  });

  it('counts reads of what was never written as holes, whatever metadata they needed', () => {
    writeFileSync(scratch('holes.csv'), Array.from({ length: 90 }, (_, i) => `${i},R,${i * 512 * 2 ** 20},4096\n`).join(''));
    const words = [
      'replay',
      scratch('holes.csv'),
      '--csv',
      'time=1:s,op=2,offset=3,bytes=4',
      '--formats',
      'qcow2-0.12',
      '--initial',
      'empty',
      '--json',
    ];
    expect((JSON.parse(snapsim(...words).stdout) as { systems: { holeReadShare: number }[] }).systems[0]!.holeReadShare).to.equal(1);
  });

  it('explains latencies: causes sum to the latency at every point, both ways', () => {
    const { stdout } = snapsim('explain', sample, '--formats', 'qcow2-0.12', '--mode', 'closed', '--json');
    const { systems } = JSON.parse(stdout) as {
      systems: { meanMs: number; p99Ms: number; causes: Record<string, Record<string, Record<string, number>>> }[];
    };
    const { meanMs, p99Ms, causes } = systems[0]!;
    const sum = (parts: Record<string, number>) => Object.values(parts).reduce((a, b) => a + b) / 1e6;
    expect(sum(causes['mean']!['byPurpose']!)).to.be.closeTo(meanMs, 1e-6 * meanMs);
    expect(sum(causes['mean']!['byPart']!)).to.be.closeTo(meanMs, 1e-6 * meanMs);
    expect(sum(causes['p99']!['byPurpose']!)).to.be.closeTo(p99Ms, p99Ms / 32);
  });

  it('lists everything with its options, and has help for every command', () => {
    expect(snapsim('list', 'formats').stdout).to.match(/qcow2-0\.12: .*\n\s+cluster = 64 KiB/);
    for (const command of ['reproduce', 'replay', 'explain', 'validate', 'trace', 'claims', 'list', 'export']) {
      const { status, stdout } = snapsim(command, '--help');
      expect([status, stdout.includes('Usage: snapsim')]).to.deep.equal([0, true]);
    }
  });
});
