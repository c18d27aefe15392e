/**
 * What images share that are a file of a file system which takes the snapshots itself, so that none is a link of a chain: one growing file, and a method for each operation on it.
 * It knows neither where content lies nor what metadata there is.
 */
import type { Bytes } from '../../sim/units.js';
import { Op, type RequestId } from '../io/image-format.js';
import type { Plan } from '../io/plan.js';
import { SnapshottingImage } from './snapshotting-image.js';

/** @typeParam View what tells where the content of a snapshot lies */
export abstract class UnlinkedImage<View> extends SnapshottingImage<View> {
  protected abstract create(plan: Plan): void;
  /** Nothing is in memory when this begins to be used. */
  protected abstract open(plan: Plan): void;
  protected abstract close(plan: Plan): void;
  protected abstract snapshot(name: string, plan: Plan): void;
  protected abstract rollBack(name: string, plan: Plan): void;
  protected abstract remove(name: string, plan: Plan): void;

  protected control(r: RequestId, op: Op, plan: Plan): void {
    const name = this.names[r]!;
    if (op === Op.CREATE) this.create(plan);
    else if (op === Op.OPEN || op === Op.OPEN_BELOW || op === Op.OPEN_KNOWN) this.open(plan);
    else if (op === Op.CLOSE) this.close(plan);
    else if (op === Op.SNAPSHOT) this.snapshot(name, plan);
    else if (op === Op.APPLY) this.rollBack(name, plan);
    else if (op === Op.DELETE) this.remove(name, plan);
  }

  /** Makes the file longer; answers where the new part begins. */
  protected extend(bytes: Bytes): Bytes {
    const file = this.files[0]!;
    file.bytes += bytes;
    return file.bytes - bytes;
  }
}
