import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileKinds } from '../../../experiments/export/files/index.js';
import { SparseFile } from '../../../experiments/export/files/sparse-file.js';
import { randomScript } from '../../../experiments/export/random-script.js';
import { simulate } from '../../../experiments/export/simulate.js';
import { formats } from '../../../models/formats/index.js';
import { LIVE } from '../../../models/io/image-format.js';
import { InputError } from '../../../sim/errors.js';
import { MiB } from '../../../sim/units.js';
import { contentsAfter } from './script-reference.js';

const diskBytes = 3 * MiB + 512;

describe('raw files', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-export-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const imageOf = (format: string) => {
    const model = formats.get(format, 'test');
    const { operations, whereOf } = randomScript(300, 7, diskBytes, model.hasSnapshots);
    return { image: simulate(model, {}, diskBytes, { operations, whereOf }), contents: contentsAfter(operations, diskBytes) };
  };

  for (const format of formats.names) {
    it(`of ${format} hold the live disk and every snapshot`, () => {
      const { image, contents } = imageOf(format);
      const file = path.join(folder, format);
      const read = (view: string | typeof LIVE) => {
        SparseFile.write(file, (out) => fileKinds.get('raw', 'test').write(image, out, view));
        return readFileSync(file).subarray(0, diskBytes);
      };
      expect(read(LIVE).equals(contents.live)).to.equal(true);
      for (const [name, content] of contents.snapshots) expect(read(name).equals(content), name).to.equal(true);
    });
  }

  it('have holes where the disk holds nothing', () => {
    const bytes = 1024 * MiB;
    const operations = [{ kind: 'write', offset: 512 * MiB, bytes: 4096 }] as const;
    const image = simulate(formats.get('qcow2-7.2', 'test'), {}, bytes, { operations, whereOf: String });
    const file = path.join(folder, 'holes');
    SparseFile.write(file, (out) => fileKinds.get('raw', 'test').write(image, out, LIVE));
    expect(statSync(file).size).to.equal(bytes);
    expect(statSync(file).blocks * 512).to.be.at.most(MiB);
  });

  it('appear whole or not at all', () => {
    const { image } = imageOf('raw');
    const file = path.join(folder, 'nothing');
    const before = readdirSync(folder);
    expect(() => SparseFile.write(file, (out) => fileKinds.get('raw', 'test').write(image, out, 'no such'))).to.throw(InputError);
    expect(existsSync(file)).to.equal(false);
    expect(readdirSync(folder)).to.deep.equal(before);
  });

  it('of another layout are refused, and a snapshot of a file that holds them all', () => {
    const { image } = imageOf('raw');
    const asQcow2 =
      (view: string | typeof LIVE, from = image) =>
      () =>
        SparseFile.write(path.join(folder, 'refused'), (out) => fileKinds.get('qcow2', 'test').write(from, out, view));
    expect(asQcow2(LIVE)).to.throw(InputError, '--as: found qcow2 of an image in raw, expected an image in qcow2, or --as raw');
    expect(asQcow2('s', imageOf('qcow2-7.2').image)).to.throw(InputError, '--snapshot: found "s" with --as qcow2, expected --as raw');
  });
});
