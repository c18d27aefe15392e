/**
 * The cost of internal snapshots by size of the image: a table of counts and bytes of host I/O, an image a record. Only what QEMU
 * 0.12.5 did is judged: the records of 7.2 stand beside it for comparison.
 */
import { formats } from '../../../models/formats/index.js';
import { Op, type ImageFormat } from '../../../models/io/image-format.js';
import { Kind } from '../../../models/io/plan.js';
import { carryOut } from '../../../models/io/untimed.js';
import { readOptions } from '../../../sim/options.js';
import { GiB } from '../../../sim/units.js';

/** Counts and bytes of an operation's reads and writes. */
interface Sum {
  readonly reads: number;
  readonly read_bytes: number;
  readonly writes: number;
  readonly write_bytes: number;
}
const measures = ['create', 'first_write', 'second_write_other_cluster', 'create_2nd', 'apply', 'delete'] as const;
type Sums = Readonly<Record<(typeof measures)[number], Sum>>;

export interface ScaleRecord extends Sums {
  readonly era: string;
  readonly cluster: number;
  readonly gib: number;
  /** `prealloc`: allocated to the last cluster; otherwise one cluster in each L2 table. */
  readonly how: string;
}

export const scaleModel = 'qcow2-0.12';

/** The records of QEMU 0.12.5 in a file, or null where it is no table of this kind. */
export function scaleRecords(content: unknown): readonly ScaleRecord[] | null {
  if (!Array.isArray(content)) return null;
  const records = content as Partial<ScaleRecord>[];
  const isRecord = (record: Partial<ScaleRecord>): boolean =>
    typeof record.cluster === 'number' && measures.every((measure) => measure in record);
  if (records.length === 0 || !records.every(isRecord)) return null;
  // A copy that holds one release only need not say which.
  return (records as ScaleRecord[]).filter(({ era }) => (era as string | undefined) === undefined || era === 'v0.12');
}

/** The first measure of a record that the model does not meet, in words; null where it meets all. */
export function scaleDifference(record: ScaleRecord, where: string): string | null {
  const found = measured(record, where);
  for (const measure of measures) {
    const { reads, read_bytes, writes, write_bytes } = record[measure];
    const ours = found[measure];
    const isEqual = ours.reads === reads && ours.read_bytes === read_bytes && ours.writes === writes && ours.write_bytes === write_bytes;
    if (!isEqual) return `${record.gib} GiB, clusters of ${record.cluster}, ${record.how}: ${measure} is ${JSON.stringify(ours)}`;
  }
  return null;
}

function measured(record: ScaleRecord, where: string): Sums {
  const image = filled(record, where);
  const tool = (op: Op, name: string): Sum =>
    sumOf(image, [
      [Op.OPEN, 0, 0],
      [op, 0, 0, name],
    ]);
  const create = tool(Op.SNAPSHOT, 's1');
  carryOut(image, Op.OPEN);
  return {
    create,
    first_write: sumOf(image, [[Op.WRITE, 0, 4096]]),
    second_write_other_cluster: sumOf(image, [[Op.WRITE, record.cluster * 4, 4096]]),
    create_2nd: tool(Op.SNAPSHOT, 's2'),
    apply: tool(Op.APPLY, 's1'),
    delete: tool(Op.DELETE, 's2'),
  };
}

function filled({ cluster, gib, how }: ScaleRecord, where: string): ImageFormat {
  const diskBytes = gib * GiB;
  const model = formats.get(scaleModel, where);
  const image = model.make({ diskBytes, cache: 'writethrough', slots: 1, backing: null }, readOptions(model.options, { cluster }, where));
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  const span = cluster * (cluster / 8);
  if (how === 'prealloc') carryOut(image, Op.WRITE, 0, diskBytes);
  else for (let at = 0; at + span <= diskBytes; at += span) carryOut(image, Op.WRITE, at, 4096);
  return image;
}

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
