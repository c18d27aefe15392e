import { expect } from 'chai';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot, sharedFolder } from '../../experiments/places.js';
import { validateFormats, type FormatValidation } from '../../experiments/validate/formats.js';
import { InputError } from '../../sim/errors.js';

const fixtures = path.join(packageRoot, 'test', 'fixtures', 'truth');

const isExact = (row: FormatValidation): boolean => row.exact === row.ops && row.checkpointsExact === row.checkpoints;

/** Requests of QEMU 7.2 go on in the order in which the host is done: a second recording agrees in 98.3 % of its operations or more. */
const isWithinNoise = ({ file, ops, exact, checkpoints, checkpointsExact }: FormatValidation): boolean =>
  /\.q7\./.test(file) && exact >= 0.973 * ops && checkpointsExact === checkpoints;

/** Recordings that are no operations of a script: counts, and what time drove. */
const isWithoutScript = (name: string): boolean => ['snapshot-scale.json', 'fvd-prefetch.fvd2011.json'].includes(name);

interface Recorded {
  how: string;
  io: [string, string, number, number][];
  spec: { ops: string[] };
  ops: { op: string; io: [string, string, number, number][] }[];
  checkpoints: { files: Record<string, { size: number }>; tables?: { clusters: [number, number, string, number][] } }[];
}

describe('validation of image formats', function () {
  this.timeout(60_000);
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-truth-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Validates a copy of a fixture in which `change` has altered something. */
  function altered(file: string, change: (content: Recorded) => void): FormatValidation {
    const content = JSON.parse(readFileSync(path.join(fixtures, file), 'utf8')) as Recorded;
    change(content);
    writeFileSync(path.join(folder, file), JSON.stringify(content));
    return validateFormats(folder).files[0]!;
  }

  it('finds every operation and checkpoint of the recorded drivers exact', () => {
    const { files } = validateFormats(fixtures);
    expect(files.map(({ file }) => file)).to.deep.equal([...readdirSync(fixtures)].sort());
    const withModel = files.filter(({ model }) => model !== null);
    // In these two, requests over several host extents went on in the order in which the host happened to be done.
    const noisy = withModel.filter((row) => !isExact(row) && isWithinNoise(row)).map(({ file }) => file);
    expect(noisy).to.deep.equal(['mix-4k-hot.q7.offline.json', 'mix-64k-hot.q7.offline.json']);
    expect(
      withModel.filter((row) => !isExact(row) && !isWithinNoise(row)).map(({ file, firstDifference }) => `${file}: ${firstDifference}`),
    ).to.deep.equal([]);
    expect(files.filter(({ model }) => model === null)).to.deep.equal([]);
  });

  it('finds the one operation that differs, in any file', () => {
    const unaltered = validateFormats(fixtures).files;
    for (const file of readdirSync(fixtures).filter((name) => !isWithoutScript(name))) {
      let changed = -1;
      const row = altered(file, ({ ops }) => {
        changed = ops.findIndex(({ op, io }) => /^a?write/.test(op) && io.some(([kind]) => kind === 'W'));
        if (changed === -1) changed = ops.length - 2;
        const io = ops[changed]!.io;
        io[io.length - 1]![2] += 512;
      });
      // One more than before: of QEMU 7.2 a few differ anyway, and of uncached files a changed end of file tells on later reads.
      const before = unaltered.find((one) => one.file === file)!;
      expect(before.exact - row.exact, file).to.be.within(1, file.endsWith('nocache.irow2012.json') ? 2 : 1);
      if (before.firstDifference === null) expect(row.firstDifference, file).to.contain(`op ${changed} `);
      rmSync(path.join(folder, file));
    }
  });

  it('holds prefetching against the recording: each I/O, their order, and how far reads run ahead', () => {
    const file = 'fvd-prefetch.fvd2011.json';
    const unaltered = altered(file, () => {});
    expect(unaltered).to.include({ model: 'fvd-2011', ops: 151, exact: 151, checkpoints: 1, checkpointsExact: 1, firstDifference: null });
    const moved = altered(file, ({ io }) => (io[40]![2] += 512));
    expect(moved.exact).to.equal(150);
    expect(moved.firstDifference).to.match(/^I\/O 38: /);
    expect(altered(file, ({ io }) => io.splice(40, 2)).exact).to.be.below(130);
    const ahead = altered(file, ({ io }) =>
      io.splice(13, 0, ...io.splice(13).sort((a, b) => Number(b[1] === 'base.raw') - Number(a[1] === 'base.raw'))),
    );
    expect([ahead.exact, ahead.checkpointsExact]).to.deep.equal([151, 0]);
  });

  it('says why a recording of prefetching cannot be judged', () => {
    const file = 'fvd-prefetch.fvd2011.json';
    expect(altered(file, (content) => (content.how = content.how.replace('64 MiB', 'large'))).reason).to.contain('that the base is N MiB');
    expect(altered(file, (content) => (content.how = content.how.replace('copy_on', 'pray_on')))).to.include({ model: null, exact: 0 });
  });

  it('minds the order of host I/O, and one that is missing', () => {
    const swapped = altered('qcow2-64k-1g.q012.json', ({ ops }) => ops[2]!.io.reverse());
    expect(swapped.exact).to.equal(swapped.ops - 1);
    const missing = altered('qcow2-64k-1g.q012.json', ({ ops }) => ops[2]!.io.pop());
    expect(missing.exact).to.equal(missing.ops - 1);
  });

  it('finds a reference count or a size that differs', () => {
    const count = altered('qcow2-64k-1g.q012.json', ({ checkpoints }) => (checkpoints[3]!.tables!.clusters[4]![3] += 1));
    expect(count.checkpointsExact).to.equal(count.checkpoints - 1);
    expect(count.firstDifference).to.contain('clusters');
    const size = altered('fvd-cow.fvd2011.json', ({ checkpoints }) => (checkpoints[1]!.files['img0.fvd']!.size += 4096));
    expect(size.checkpointsExact).to.equal(size.checkpoints - 1);
  });

  it('lists files that it has no model for, with the reason', () => {
    const raw = JSON.parse(readFileSync(path.join(fixtures, 'fmt-raw.q012.json'), 'utf8')) as { producer: { era: string } };
    writeFileSync(path.join(folder, 'fmt-raw.other.json'), JSON.stringify({ ...raw, producer: { era: 'v9' } }));
    writeFileSync(path.join(folder, 'table.json'), JSON.stringify([{ cluster: 'none' }]));
    const { files } = validateFormats(folder);
    expect(files.map(({ model, reason }) => [model, reason])).to.deep.equal([
      [null, 'no model of its producer'],
      [null, 'no script of operations'],
    ]);
  });

  it('knows the recorded program by what the file says, not by its name', () => {
    copyFileSync(path.join(fixtures, 'qcow2-64k-1g.q012.json'), path.join(folder, 'mine.json'));
    expect(validateFormats(folder, ['mine']).files[0]).to.include({ model: 'qcow2-0.12', exact: 42 });
  });

  it('counts a script that cannot be carried out as not exact, with the line', () => {
    for (const line of ['write 0 64k', 'write 0', 'write -512 512', 'write 100 50', 'write 1073741824 512']) {
      const row = altered('qcow2-64k-1g.q012.json', ({ spec }) => (spec.ops[0] = line));
      expect(row, line).to.include({ model: 'qcow2-0.12', exact: 0 });
      expect(row.reason).to.match(/op 0: found "write .*expected offsets and lengths in whole sectors/);
    }
  });

  it('takes names that are selected, and refuses folders without truth', () => {
    expect(validateFormats(fixtures, ['fvd-plain']).files.map(({ file }) => file)).to.deep.equal(['fvd-plain.fvd2011.json']);
    expect(() => validateFormats(fixtures, ['nothing-of-the-kind'])).to.throw(InputError, 'no file to validate');
    expect(() => validateFormats(path.join(folder, 'absent'))).to.throw(InputError, 'no such file or folder');
    writeFileSync(path.join(folder, 'broken.json'), '{');
    expect(() => validateFormats(folder)).to.throw(InputError, 'broken.json');
  });

  it('is exact wherever it has a model in the whole folder of reference data', function () {
    const truth = sharedFolder('truth');
    if (truth === null) {
      process.stdout.write('      the folder of reference data is absent: recorded truth beyond the fixtures is not checked\n');
      this.skip();
    }
    const { files } = validateFormats(truth);
    expect(files.filter((row) => row.model !== null && !isExact(row) && !isWithinNoise(row)).map(({ file }) => file)).to.deep.equal([]);
    expect(files.filter(({ model }) => model === null)).to.deep.equal([]);
  });
});
