/**
 * One image of a chain as the images laid over it see it: where another image takes its place in the chain, they do not notice. It adds
 * nothing of its own.
 */
import type { Bytes } from '../../../sim/units.js';
import type { CacheMode, Extent, ImageFile, ImageFormat, LIVE, Next, Op, RequestId } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import type { RequestQueue } from '../../io/request-queue.js';

export class Layer implements ImageFormat {
  /** @param image what stands in this place now */
  constructor(public image: ImageFormat) {}

  get formatName(): string {
    return this.image.formatName;
  }

  get diskBytes(): Bytes {
    return this.image.diskBytes;
  }

  get cache(): CacheMode {
    return this.image.cache;
  }

  set cache(mode: CacheMode) {
    this.image.cache = mode;
  }

  get files(): readonly ImageFile[] {
    return this.image.files;
  }

  get released(): RequestQueue {
    return this.image.released;
  }

  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name?: string): void {
    this.image.begin(r, op, offset, bytes, name);
  }

  step(r: RequestId, plan: Plan): Next {
    return this.image.step(r, plan);
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.image.readBlocking(plan, offset, bytes);
  }

  extents(view: string | typeof LIVE, start?: Bytes, end?: Bytes): Extent[] {
    return this.image.extents(view, start, end);
  }

  allocatedBytes(): Bytes {
    return this.image.allocatedBytes();
  }

  counters(): Readonly<Record<string, number>> {
    return this.image.counters();
  }
}
