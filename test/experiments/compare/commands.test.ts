/** The commands around comparisons as a user has them. */
import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sata500gb7200 } from '../../../experiments/testbeds/drives/sata-500gb-7200.js';
import { diskFile } from '../../../experiments/testbeds/drives/disk-file.js';
import { packageRoot } from '../../../experiments/places.js';
import { again, fioLogOf, randomAccesses, sequence } from '../calibrate/measured.js';
import { snapsim as command } from '../../support/command.js';

const sample = path.join(packageRoot, 'traces', 'samples', 'postmark-ext3.blktrace.0.gz');

describe('commands of comparison', () => {
  let folder = '';
  const at = (name: string) => path.join(folder, name);
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-commands-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const snapsim = (...words: readonly string[]) => command(words);

  it('ablate changes one mechanism at a time, and diff tells its result from another one', () => {
    const config = [
      'study: workload',
      'format: {name: fvd-paper}',
      'disk: {size: 1GiB, backing: 256MiB}',
      'workload: {name: rand-io, partitionSize: 1GiB, block: 64KiB, operations: 60}',
    ];
    writeFileSync(at('fvd.yaml'), `${config.join('\n')}\n`);
    const words = ['ablate', at('fvd.yaml'), '--only', 'format.noBackingFree', '--seeds', '3', '--store', at('store')];
    const { status, stdout } = snapsim(...words, '--out', at('one'));
    expect(status).equals(0);
    expect(stdout)
      .matches(/^format\.noBackingFree off .*\+\d+ %/m)
      .and.includes('3 pairs of runs');
    expect(existsSync(at('one/effects.csv'))).equals(true);
    expect(snapsim(...words, '--set', 'workload.operations=50', '--out', at('two')).status).equals(0);
    const difference = snapsim('diff', at('one'), at('two'), '--most', '3');
    expect(difference.status).equals(0);
    expect(difference.stdout).includes('base.workload.operations: "60" -> "50"').and.includes('more that moved');
    expect(snapsim('diff', at('one'), at('nothing'))).includes({ status: 2 });
  });

  it('calibrate writes a drive that replay takes', () => {
    const drive = diskFile('known', '', sata500gb7200.numbers, { controllerOverheadMs: 0.4 });
    const all = drive.parameters.capacity;
    const runs = [0, 0.5, 0.97].flatMap((share) => sequence(Math.floor((share * all) / 8) * 8, 200, 128));
    writeFileSync(at('lat.log'), fioLogOf(drive, [...randomAccesses(drive, 2500, false, 'command'), ...runs, ...again(800, 100)]));
    const calibrated = snapsim('calibrate', 'disk', at('lat.log'), '--base', 'SATA-500GB-7200', '--out', at('mine.json'), '--json');
    expect(calibrated.stderr).equals('');
    const { parameters } = JSON.parse(calibrated.stdout) as { parameters: { name: string; value: number }[] };
    expect(parameters.find(({ name }) => name === 'controllerOverheadMs')!.value).closeTo(0.4, 0.02);
    expect(readFileSync(at('mine.json'), 'utf8')).includes('SATA-500GB-7200-measured');
    const replayed = snapsim('replay', sample, '--formats', 'raw', '--drive', `${at('mine.json')},SATA-500GB-7200`, '--json');
    expect(replayed.status).equals(0);
    expect(replayed.stdout).includes('raw on SATA-500GB-7200-measured');
    const { systems } = JSON.parse(replayed.stdout) as { systems: { p99Ms: number; bandsMs: { p99: number[] }; flushes: object }[] };
    const [{ p99Ms, bandsMs, flushes }] = systems as [(typeof systems)[0]];
    expect(p99Ms).within(bandsMs.p99[0]!, bandsMs.p99[1]!);
    expect(flushes).has.nested.property('bandsMs.p99.refused').that.includes('at least 1000');
    const refused = snapsim('calibrate', 'disk', at('lat.log'), '--base', 'ssd');
    expect(refused.status).equals(2);
    expect(refused.stderr).includes('expected a disk');
  });

  it('calibrate faults prints the cost and the line for a config', () => {
    writeFileSync(at('faults.csv'), 'pages,seconds\n1000,0.0031\n2000,0.0050\n4000,0.0091\n8000,0.0170\n');
    const { status, stdout } = snapsim('calibrate', 'faults', at('faults.csv'));
    expect(status).equals(0);
    expect(stdout)
      .matches(/a page: 1\.99\d us \[/)
      .and.matches(/memory\.costs\.fault: 199\dns/);
  });
});
