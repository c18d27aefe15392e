import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readScript } from '../../../experiments/export/script.js';
import { randomScript } from '../../../experiments/export/random-script.js';
import { simulate } from '../../../experiments/export/simulate.js';
import { formats } from '../../../models/formats/index.js';
import { InputError } from '../../../sim/errors.js';
import { MiB } from '../../../sim/units.js';

describe('scripts of operations', () => {
  let file = '';
  before(() => (file = path.join(mkdtempSync(path.join(tmpdir(), 'snapsim-script-')), 'script')));
  after(() => rmSync(path.dirname(file), { recursive: true, force: true }));
  const read = (text: string) => {
    writeFileSync(file, text);
    return readScript(file, { diskBytes: MiB, longestSnapshotName: 255 });
  };

  it('are read line by line, with the place of each', () => {
    const { operations, whereOf } = read('# two\nwrite 512 1024\n\nsnap-create before the update\nflush\n');
    expect(operations).to.deep.equal([
      { kind: 'write', offset: 512, bytes: 1024 },
      { kind: 'snap-create', name: 'before the update' },
      { kind: 'flush' },
    ]);
    expect(whereOf(1)).to.equal(`${file}:4`);
  });

  for (const line of ['write 512', 'write 1 512', 'write 0 0', 'write 1048064 1024', 'snap-create', 'flush now', 'wirte 0 512']) {
    it(`with "${line}" are refused, with file and line`, () => {
      expect(() => read(`flush\n${line}\n`)).to.throw(InputError, `${file}:2: found "`);
    });
  }

  it('that name a snapshot as no record keeps it are refused, with file and line', () => {
    expect(read(`snap-create ${'é'.repeat(127)}x\n`).operations.length).to.equal(1);
    const long = 'é'.repeat(128);
    const message = `${file}:2: found a snapshot's name of 256 bytes, expected at most 255, as the format's records keep`;
    expect(() => read(`flush\nsnap-create ${long}\n`)).to.throw(InputError, message);
    writeFileSync(file, `snap-create ${long}\n`);
    expect(readScript(file, { diskBytes: MiB }).operations).to.deep.equal([{ kind: 'snap-create', name: long }]);
  });

  it('that an image refuses are refused with the place of the operation', () => {
    const script = read('flush\nsnap-apply nowhere\n');
    const model = formats.get('qcow2-7.2', 'test');
    expect(() => simulate(model, {}, MiB, script)).to.throw(InputError, `${file}:2: snapshot "nowhere": found no snapshot`);
  });

  it('at random are the same for the same seed, stay inside the disk and use snapshots only where there are any', () => {
    const script = randomScript(500, 3, MiB, true).operations;
    expect(randomScript(500, 3, MiB, true).operations).to.deep.equal(script);
    expect(randomScript(500, 4, MiB, true).operations).to.not.deep.equal(script);
    for (const operation of script) if ('offset' in operation) expect(operation.offset + operation.bytes).to.be.at.most(MiB);
    const kinds = (withSnapshots: boolean) => new Set(randomScript(500, 3, MiB, withSnapshots).operations.map(({ kind }) => kind));
    expect([...kinds(true)]).to.include.members(['write', 'flush', 'snap-create', 'snap-apply', 'snap-delete']);
    expect([...kinds(false)].sort()).to.deep.equal(['flush', 'reopen', 'write']);
  });
});
