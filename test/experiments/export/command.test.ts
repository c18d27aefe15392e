/** `snapsim export` as a user has it: a process, what it prints and writes, and its exit status. */
import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileKinds } from '../../../experiments/export/files/index.js';
import { SparseFile } from '../../../experiments/export/files/sparse-file.js';
import { simulate } from '../../../experiments/export/simulate.js';
import { formats } from '../../../models/formats/index.js';
import { LIVE } from '../../../models/io/image-format.js';
import { InputError } from '../../../sim/errors.js';
import { MiB } from '../../../sim/units.js';
import { snapsim } from '../../support/command.js';

describe('snapsim export', () => {
  let folder = '';
  const scratch = (name: string) => path.join(folder, name);
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-export-'));
    writeFileSync(scratch('script'), 'write 0 4096\nsnap-create s\nwrite 4096 512\n');
    writeFileSync(scratch('named'), `snap-create ${'n'.repeat(70_000)}\n`);
    writeFileSync(scratch('wrong'), 'flush\nwrite 0 100\n');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const run = (output: string, ...words: readonly string[]) =>
    snapsim(['export', '--format', 'qcow2-7.2', '--disk-size', '1MiB', ...words, scratch(output)]);

  it('writes the content of the live disk and of a snapshot: operation n fills with n + 1', () => {
    const live = run('live', '--script', scratch('script'), '--as', 'raw');
    expect(live.stdout).to.equal(`${scratch('live')}: qcow2-7.2 as raw after 3 operations\n`);
    expect(run('s', '--script', scratch('script'), '--as', 'raw', '--snapshot', 's').status).to.equal(0);
    const [now, then] = [readFileSync(scratch('live')), readFileSync(scratch('s'))];
    expect([now.length, now[0], now[4095], now[4096], now[4607], now[4608]]).to.deep.equal([1 << 20, 1, 1, 3, 3, 0]);
    expect([then.length, then[0], then[4095], then[4096]]).to.deep.equal([1 << 20, 1, 1, 0]);
  });

  it('writes the same bytes again for the same seed', () => {
    const bytes = ['a', 'b'].map((name) => {
      expect(run(name, '--random', '60', '--seed', '9', '--set', 'cluster=4KiB', '--as', 'qcow2').status).to.equal(0);
      return readFileSync(scratch(name));
    });
    expect(bytes[0]!.equals(bytes[1]!)).to.equal(true);
  });

  it('says so where the format rounds the size of the disk up', () => {
    const vpc = (size: string) => run('vpc', '--format', 'vpc-0.12', '--disk-size', size, '--random', '0', '--as', 'vpc').stdout;
    expect(vpc('5243392')).to.match(/^note: the disk has 5257216 bytes, not the 5243392 asked for: the format rounds sizes up$/m);
    expect(vpc('5257216')).to.equal(`${scratch('vpc')}: vpc-0.12 as vpc after 0 operations\n`);
  });

  it('names each kind of file with the formats that it is written of, and writes each of these', () => {
    const help = snapsim(['export', '--help']).stdout.replace(/\s+/g, ' ');
    expect(help).to.contain('raw (of any format), qcow2 (of qcow2-0.12, qcow2-7.2), vdi (of vdi)');
    for (const [, kind] of fileKinds) {
      for (const format of kind.formats) {
        const image = simulate(formats.get(format, 'test'), {}, MiB, { operations: [], whereOf: String });
        SparseFile.write(scratch('any'), (out) => kind.write(image, out, LIVE));
      }
    }
  });

  it('refuses a chain of images as one file, whoever asks', () => {
    const image = simulate(formats.get('qcow2-0.12-overlays', 'test'), {}, MiB, { operations: [], whereOf: String });
    expect(() => SparseFile.write(scratch('no'), (out) => fileKinds.get('qcow2', 'test').write(image, out, LIVE))).to.throw(
      InputError,
      '--as',
    );
  });

  const refused: readonly [string, readonly string[], RegExp][] = [
    ['no operations', ['--as', 'raw'], /export: found neither --script nor --random/],
    ['two sources of operations', ['--random', '3', '--script', 'script', '--as', 'raw'], /'--script <file>' cannot be used with/],
    ['a seed for a script', ['--seed', '3', '--script', 'script', '--as', 'raw'], /'--seed <k>' cannot be used with/],
    ['a line that is no operation', ['--script', 'wrong', '--as', 'raw'], /wrong:2: found "0 100", expected OFFSET BYTES/],
    ['an unknown kind of file', ['--random', '3', '--as', 'qcow'], /--as: found the unknown kind of file "qcow".*did you mean qcow2/],
    [
      'a chain of images in one file',
      ['--format', 'qcow2-0.12-overlays', '--script', 'script', '--as', 'qcow2'],
      /--as: found qcow2 of an image in qcow2-0.12-overlays, expected one of raw$/m,
    ],
    ['a name that no record keeps', ['--script', 'named', '--as', 'qcow2'], /named:1: found a snapshot's name of 70000 bytes/],
    ['another layout', ['--random', '3', '--as', 'vdi'], /--as: found vdi of an image in qcow2-7.2, expected one of raw, qcow2/],
    ['a setting that is none', ['--random', '3', '--set', 'cluster', '--as', 'raw'], /--set: found "cluster", expected OPTION=VALUE/],
    [
      'an unknown option',
      ['--random', '3', '--set', 'clutser=4KiB', '--as', 'raw'],
      /options of qcow2-7.2: found the unknown option "clutser"/,
    ],
    ['a value out of range', ['--random', '3', '--set', 'cluster=3KiB', '--as', 'raw'], /option cluster of qcow2-7.2: found 3KiB/],
    ['an unknown snapshot', ['--random', '0', '--as', 'raw', '--snapshot', 'x'], /snapshot "x": found no snapshot/],
  ];
  for (const [what, words, message] of refused) {
    it(`refuses ${what} in one line, with status 2, and writes nothing`, () => {
      const named = words.map((word) => (word === 'script' || word === 'wrong' || word === 'named' ? scratch(word) : word));
      const { status, stderr } = run('refused', ...named);
      expect(stderr).to.match(message);
      expect(stderr.trim().split('\n').length).to.equal(1);
      expect(status).to.equal(2);
      expect(existsSync(scratch('refused'))).to.equal(false);
    });
  }
});
