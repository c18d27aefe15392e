/**
 * A virtual disk without a device and without time: it carries operations out and counts the host I/O that they cause, by the role of
 * the file and the purpose. For claims that are about numbers of I/Os.
 */
import { formats } from '../../models/formats/index.js';
import { Op, type FileRole, type FormatContext, type ImageFormat } from '../../models/io/image-format.js';
import { Kind, type Plan, type Purpose } from '../../models/io/plan.js';
import { carryOut, carryOutBackground } from '../../models/io/untimed.js';
import { readOptions } from '../../sim/options.js';
import { MiB, type Bytes } from '../../sim/units.js';

/** Less than this away, an I/O is taken to be where the last one was. */
const far = MiB;

/** Reads and writes since the last look: how many, and how much. */
export interface Count {
  ios: number;
  bytes: Bytes;
}

interface Counted {
  readonly kind: Kind;
  readonly role: FileRole;
  readonly purpose: Purpose;
}

export class CountedDisk {
  readonly image: ImageFormat;
  private counts = new Map<string, Count>();
  /** File and end of the last I/O. */
  private last: { readonly file: number; readonly end: Bytes } | null = null;
  private farMoves = 0;

  /**
   * An image of a registered format, created and opened; what that took is counted.
   * @param context `backing`: what is laid below it, or null
   */
  constructor(
    format: string,
    context: { readonly diskBytes: Bytes; readonly backing?: ImageFormat | null } & Partial<FormatContext>,
    options: Readonly<Record<string, unknown>> = {},
  ) {
    const model = formats.get(format, 'a counted disk');
    const full: FormatContext = { cache: 'none', slots: 1, ...context, backing: context.backing ?? null };
    this.image = model.make(full, readOptions(model.options, options, format));
    this.do(Op.CREATE);
    this.do(Op.OPEN);
  }

  write(offset: Bytes, bytes: Bytes): void {
    this.do(Op.WRITE, offset, bytes);
  }

  read(offset: Bytes, bytes: Bytes): void {
    this.do(Op.READ, offset, bytes);
  }

  do(op: Op, offset: Bytes = 0, bytes: Bytes = 0, name?: string): void {
    carryOut(this.image, op, offset, bytes, name, (plan) => this.count(plan));
  }

  /** Does all that is due in the background. */
  settle(): void {
    carryOutBackground(this.image, (plan) => this.count(plan));
  }

  /** Counts from nothing again. */
  reset(): void {
    this.counts = new Map();
    this.farMoves = 0;
    this.last = null;
  }

  /** What was counted of I/Os that are all of this. */
  of(wanted: Partial<Counted>): Count {
    const sum = { ios: 0, bytes: 0 };
    for (const [key, { ios, bytes }] of this.counts) {
      const [kind, role, purpose] = key.split('/');
      if (wanted.kind !== undefined && String(wanted.kind) !== kind) continue;
      if (wanted.role !== undefined && wanted.role !== role) continue;
      if (wanted.purpose !== undefined && String(wanted.purpose) !== purpose) continue;
      sum.ios += ios;
      sum.bytes += bytes;
    }
    return sum;
  }

  /** How often an I/O was in another file than the one before, or far from it: where a disk's head would have to travel. */
  get farSeeks(): number {
    return this.farMoves;
  }

  private count(plan: Plan): void {
    for (let i = 0; i < plan.size; i++) {
      const kind = plan.kind[i] as Kind;
      if (kind !== Kind.READ && kind !== Kind.WRITE) continue;
      const file = plan.file[i]!;
      const key = `${kind}/${this.image.files[file]!.role}/${plan.purpose[i]!}`;
      const count = this.counts.get(key) ?? { ios: 0, bytes: 0 };
      count.ios += 1;
      count.bytes += plan.bytes[i]!;
      this.counts.set(key, count);
      if (this.last !== null && (this.last.file !== file || Math.abs(plan.offset[i]! - this.last.end) > far)) this.farMoves += 1;
      this.last = { file, end: plan.offset[i]! + plan.bytes[i]! };
    }
  }
}
