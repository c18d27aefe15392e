/** Exported files before the programs that own their formats: qemu-img checks and compares them, qemu-io reads them. */
import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileKinds } from '../../../experiments/export/files/index.js';
import { SparseFile } from '../../../experiments/export/files/sparse-file.js';
import { randomScript } from '../../../experiments/export/random-script.js';
import { simulate, type SimulatedImage } from '../../../experiments/export/simulate.js';
import { formats } from '../../../models/formats/index.js';
import { LIVE } from '../../../models/io/image-format.js';
import { MiB } from '../../../sim/units.js';

import { ask, hasQemu } from '../../../experiments/export/live/qemu.js';
import { contentsAfter } from './script-reference.js';

const operations = 1000;
/** Not a multiple of any cluster. */
const oddBytes = 7 * MiB + 512;

interface Case {
  readonly format: string;
  readonly kind: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly diskBytes: number;
}

const cases: readonly Case[] = [
  ...['qcow2-0.12', 'qcow2-7.2'].flatMap((format) => [
    { format, kind: 'qcow2', diskBytes: 48 * MiB },
    { format, kind: 'qcow2', options: { cluster: 512 }, diskBytes: oddBytes },
    { format, kind: 'qcow2', options: { cluster: 4096 }, diskBytes: oddBytes },
    { format, kind: 'qcow2', options: { cluster: 2 * MiB }, diskBytes: 48 * MiB },
  ]),
  ...['0.12', '7.2'].flatMap((release) =>
    [oddBytes, 300 * MiB].flatMap((diskBytes) => [
      { format: 'vdi', options: { release }, kind: 'vdi', diskBytes },
      { format: `vmdk-${release}`, kind: 'vmdk', diskBytes },
      { format: `vpc-${release}`, kind: 'vpc', diskBytes },
    ]),
  ),
];

describe('exported images before real programs', function () {
  if (!hasQemu()) {
    it('need qemu-img and qemu-io, which are not installed', function () {
      if (process.env['CI'] === 'true') throw new Error('no qemu-img or no qemu-io: the check installs qemu-utils');
      this.skip();
    });
    return;
  }
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-export-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const written = (image: SimulatedImage, kind: string, view: string | typeof LIVE = LIVE): string => {
    const file = path.join(folder, `image.${kind}`);
    SparseFile.write(file, (out) => fileKinds.get(kind, 'test').write(image, out, view));
    return file;
  };
  const contentOf = (file: string, kind: string, ...words: readonly string[]): Buffer => {
    const plain = path.join(folder, 'converted');
    expect(ask('qemu-img', 'convert', '-f', kind, ...words, '-O', 'raw', file, plain).text).to.equal('');
    return readFileSync(plain);
  };

  for (const { format, kind, options = {}, diskBytes } of cases) {
    it(`${format} ${JSON.stringify(options)} of ${diskBytes} bytes after ${operations} operations`, () => {
      const model = formats.get(format, 'test');
      const script = randomScript(operations, diskBytes, diskBytes, model.hasSnapshots);
      const image = simulate(model, options, diskBytes, script);
      const contents = contentsAfter(script.operations, diskBytes);
      const raw = written(image, 'raw');
      expect(readFileSync(raw).subarray(0, diskBytes).equals(contents.live), 'the raw file against the reference').to.equal(true);

      const file = written(image, kind);
      // Status 63: the program knows no check of this kind of file.
      const check = ask('qemu-img', 'check', '-f', kind, file);
      expect(check.status, check.text).to.equal(kind === 'vpc' ? 63 : 0);
      expect(check.text).to.match(kind === 'vpc' ? /does not support checks/ : /No errors were found/);
      const compared = ask('qemu-img', 'compare', '-f', kind, '-F', 'raw', file, raw);
      expect(compared.text.trim()).to.equal('Images are identical.');
      expect(compared.status).to.equal(0);
      for (const [name, content] of contents.snapshots) {
        expect(readFileSync(written(image, 'raw', name)).equals(content), `the raw file of ${name}`).to.equal(true);
        expect(contentOf(file, kind, '-l', `snapshot.name=${name}`).equals(content), `${name} in the file`).to.equal(true);
      }
      const probes = Array.from({ length: 200 }, (_, i) => Math.floor((i / 200) * (diskBytes / 512)) * 512);
      const reads = probes.flatMap((offset) => ['-c', `read -P ${contents.live[offset]!} ${offset} 512`]);
      const read = ask('qemu-io', '-r', '-f', kind, ...reads, file);
      expect(read.status, read.text).to.equal(0);
      expect(read.text).not.to.match(/[Pp]attern verification failed/);
    });
  }

  it('are refused by qemu-img check with one count wrong', () => {
    const model = formats.get('qcow2-7.2', 'test');
    const image = simulate(model, {}, MiB, randomScript(20, 1, MiB, true));
    const file = path.join(folder, 'broken.qcow2');
    SparseFile.write(file, (out) => {
      fileKinds.get('qcow2', 'test').write(image, out, LIVE);
      out.put(2 * 65536, Uint8Array.of(0, 7));
    });
    expect(ask('qemu-img', 'check', file).status).to.not.equal(0);
  });
});
