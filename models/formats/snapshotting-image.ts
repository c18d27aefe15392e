/**
 * What images share that keep snapshots by name within themselves and lie over nothing.
 * It knows neither where content lies nor I/O.
 */
import { InputError } from '../../sim/errors.js';
import type { Bytes } from '../../sim/units.js';
import { Op, type FormatContext, type ImageFile } from '../io/image-format.js';
import { ImageBase } from './image-base.js';
import { refuseBacking } from './refuse-backing.js';

/** @typeParam View what tells where the content of a snapshot lies */
export abstract class SnapshottingImage<View> extends ImageBase {
  readonly files: ImageFile[];
  protected readonly snapshots = new Map<string, View>();

  constructor(context: FormatContext, formatName: string) {
    super(context, formatName);
    refuseBacking(context, formatName);
    this.files = [{ role: 'image', name: `${context.name ?? 'img0'}.${formatName}`, bytes: 0 }];
  }

  allocatedBytes(): Bytes {
    return this.files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  counters(): Readonly<Record<string, number>> {
    return {};
  }

  protected override checkSnapshot(op: Op, name: string): void {
    if (op === Op.APPLY || op === Op.DELETE) this.viewOf(name);
    if (op === Op.SNAPSHOT && this.snapshots.has(name)) {
      throw new InputError(`snapshot "${name}"`, 'a snapshot of this name', 'a name that no snapshot has');
    }
  }

  /** The view of a snapshot. Throws InputError if there is none of this name. */
  protected viewOf(name: string): View {
    const found = this.snapshots.get(name);
    if (found !== undefined) return found;
    const known = [...this.snapshots.keys()].join(', ');
    throw new InputError(
      `snapshot "${name}"`,
      'no snapshot of this name',
      known === '' ? 'an image that has snapshots' : `one of ${known}`,
    );
  }
}
