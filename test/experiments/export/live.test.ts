import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileKinds } from '../../../experiments/export/files/index.js';
import { SparseFile } from '../../../experiments/export/files/sparse-file.js';
import { compareLive } from '../../../experiments/export/live/compare.js';
import { differingCluster } from '../../../experiments/export/live/qcow2-clusters.js';
import { ask, hasQemu } from '../../../experiments/export/live/qemu.js';
import { atRest } from '../../../experiments/export/live/real-image.js';
import { simulate } from '../../../experiments/export/simulate.js';
import { formats } from '../../../models/formats/index.js';
import { Qcow2Base } from '../../../models/formats/qcow2/base-image.js';
import { LIVE } from '../../../models/io/image-format.js';
import { KiB, MiB } from '../../../sim/units.js';

describe('models beside the installed QEMU', () => {
  const isModelled = ask('qemu-img', '--version').text.includes('version 7.2.');

  it(`have the same maps, tables and contents after random scripts${isModelled ? '' : ' (needs qemu-img and qemu-io of release 7.2)'}`, function () {
    if (!hasQemu() && process.env['CI'] === 'true') throw new Error('no qemu-img or no qemu-io: the check installs qemu-utils');
    if (!hasQemu() || !isModelled) this.skip();
    const rows = compareLive(250, 11);
    expect(rows.filter(({ difference }) => difference !== null)).to.deep.equal([]);
    expect(rows.some(({ snapshots }) => snapshots > 0)).to.equal(true);
  });

  it('are closed and opened around each snapshot operation, whose place in the script stays known', () => {
    const script = { operations: [{ kind: 'flush' }, { kind: 'snap-create', name: 's' }], whereOf: (i: number) => `place ${i}` } as const;
    const { operations, whereOf } = atRest(script);
    expect(operations.map(({ kind }) => kind)).to.deep.equal(['flush', 'reopen', 'snap-create', 'reopen']);
    expect([0, 1, 2, 3].map(whereOf)).to.deep.equal(['place 0', 'place 1', 'place 1', 'place 1']);
  });

  it('differ by the first cluster that holds something else', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-live-'));
    const operations = [{ kind: 'write', offset: 0, bytes: 128 * KiB }] as const;
    const image = simulate(formats.get('qcow2-7.2', 'test'), {}, MiB, { operations, whereOf: String });
    if (!(image.format instanceof Qcow2Base)) throw new Error('another image');
    const tables = image.format.inspect();
    const [changed, exported] = [path.join(folder, 'changed'), path.join(folder, 'exported')];
    const write = (file: string, at: number) =>
      SparseFile.write(file, (out) => {
        fileKinds.get('qcow2', 'test').write(image, out, LIVE);
        out.put(at, Uint8Array.of(9));
      });
    write(exported, 4000);
    for (const [at, expected] of [
      [4000, null],
      [4 * 64 * KiB + 5, 'cluster 4 (l2) differs'],
      [6 * 64 * KiB + 100, 'cluster 6 (data) differs'],
    ] as const) {
      write(changed, at);
      expect(differingCluster(changed, exported, tables)).to.equal(expected);
    }
    rmSync(folder, { recursive: true, force: true });
  });
});
