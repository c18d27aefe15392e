import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../experiments/places.js';
import { formats } from '../../models/formats/index.js';
import { Op, type ImageFormat } from '../../models/io/image-format.js';
import { Kind } from '../../models/io/plan.js';
import { carryOut } from '../../models/io/untimed.js';
import { readOptions } from '../../sim/options.js';
import { GiB } from '../../sim/units.js';

/** Counts and bytes of an operation's reads and writes. */
interface Sum {
  readonly reads: number;
  readonly read_bytes: number;
  readonly writes: number;
  readonly write_bytes: number;
}
const measures = ['create', 'first_write', 'second_write_other_cluster', 'create_2nd', 'apply', 'delete'] as const;
type Row = Readonly<Record<(typeof measures)[number], Sum>> & { readonly cluster: number; readonly gib: number; readonly how: string };

const rows = JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/truth/snapshot-scale.json'), 'utf8')) as Row[];

function sumOf(image: ImageFormat, steps: readonly (readonly [Op, number, number, string?])[]): Sum {
  const sum = { reads: 0, read_bytes: 0, writes: 0, write_bytes: 0 };
  for (const [op, offset, bytes, name] of steps) {
    carryOut(image, op, offset, bytes, name, (plan) => {
      for (let i = 0; i < plan.size; i++) {
        if (plan.kind[i] === Kind.READ) {
          sum.reads += 1;
          sum.read_bytes += plan.bytes[i]!;
        } else if (plan.kind[i] === Kind.WRITE) {
          sum.writes += 1;
          sum.write_bytes += plan.bytes[i]!;
        }
      }
    });
  }
  return sum;
}

/** An image that is allocated to its last cluster, or one cluster in each L2 table. */
function filled({ cluster, gib, how }: Row): ImageFormat {
  const diskBytes = gib * GiB;
  const model = formats.get('qcow2-0.12', 'test');
  const image = model.make({ diskBytes, cache: 'writethrough', slots: 1, backing: null }, readOptions(model.options, { cluster }, 'test'));
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  const span = cluster * (cluster / 8);
  if (how === 'prealloc') carryOut(image, Op.WRITE, 0, diskBytes);
  else for (let i = 0; i < Math.floor(diskBytes / span); i++) carryOut(image, Op.WRITE, i * span, 4096);
  return image;
}

describe('cost of internal snapshots in qcow2-0.12 by size of the image', function () {
  this.timeout(60_000);

  for (const row of rows) {
    it(`is that of QEMU 0.12.5 on ${row.gib} GiB, clusters of ${row.cluster}, ${row.how}`, () => {
      const image = filled(row);
      const found: Record<string, Sum> = {
        create: sumOf(image, [
          [Op.OPEN, 0, 0],
          [Op.SNAPSHOT, 0, 0, 's1'],
        ]),
      };
      carryOut(image, Op.OPEN);
      found['first_write'] = sumOf(image, [[Op.WRITE, 0, 4096]]);
      found['second_write_other_cluster'] = sumOf(image, [[Op.WRITE, row.cluster * 4, 4096]]);
      found['create_2nd'] = sumOf(image, [
        [Op.OPEN, 0, 0],
        [Op.SNAPSHOT, 0, 0, 's2'],
      ]);
      found['apply'] = sumOf(image, [
        [Op.OPEN, 0, 0],
        [Op.APPLY, 0, 0, 's1'],
      ]);
      found['delete'] = sumOf(image, [
        [Op.OPEN, 0, 0],
        [Op.DELETE, 0, 0, 's2'],
      ]);
      for (const measure of measures) {
        const { reads, read_bytes, writes, write_bytes } = row[measure];
        expect(found[measure], measure).to.deep.equal({ reads, read_bytes, writes, write_bytes });
      }
    });
  }
});
