/**
 * How a virtual machine comes to a host: created from a template, or moved from another host; all at once before it runs, or on demand while it runs. What is copied when is
 * said here; what that takes, devices and network say. Sections 1 and 2.2 of the FVD paper.
 */
import type { Kernel } from '../../sim/kernel.js';
import type { Scenario } from '../../sim/process.js';
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { ChunkSet } from './chunk-set.js';
import type { ImageCopy } from './image-copy.js';

/** Filled by a scenario as it goes. */
export class Arrival {
  /** When the machine can begin to run at its host; from when until then it could run nowhere (a migration's downtime). */
  runsAt: Nanoseconds = Infinity;
  stoppedAt: Nanoseconds = Infinity;
  bytesBefore: Bytes = 0;
  /** When the last piece is at the host: nothing depends on the source any more. */
  completeAt: Nanoseconds = Infinity;
  bytes: Bytes = 0;
  /** Passes over the disk, or over what was written since the one before. */
  rounds = 0;
}

/** The whole template is copied; then the machine boots. RAW. */
export function* createByCopy(kernel: Kernel, copy: ImageCopy, template: ChunkSet, arrival: Arrival): Scenario {
  copy.start(template.addAll());
  yield copy.finished;
  arrival.rounds = 1;
  arrival.runsAt = arrival.completeAt = kernel.now;
  arrival.bytesBefore = arrival.bytes = copy.bytes;
}

/**
 * Only the image's metadata are copied; then the machine boots, and what it needs comes on demand.
 * @param rest brings what nobody has asked for, in the background; null where the image depends on its template for good (QCOW2)
 * @param missing what the overlay does not hold; who brings a piece on demand takes it out
 */
export function* createOnDemand(
  kernel: Kernel,
  metadata: { readonly copy: ImageCopy; readonly set: ChunkSet },
  rest: { readonly copy: ImageCopy; readonly delay: Nanoseconds } | null,
  missing: ChunkSet,
  arrival: Arrival,
): Scenario {
  arrival.stoppedAt = kernel.now;
  metadata.copy.start(metadata.set.addAll());
  yield metadata.copy.finished;
  arrival.runsAt = kernel.now;
  arrival.bytesBefore = arrival.bytes = metadata.copy.bytes;
  if (rest === null) return;
  yield rest.delay;
  rest.copy.start(missing);
  yield rest.copy.finished;
  arrival.rounds = 1;
  arrival.completeAt = kernel.now;
  arrival.bytes += rest.copy.bytes;
}

/** FVD's migration: the machine stops, its image's metadata go over, it runs at the target, and the disk follows at once while it runs. */
export const migrateOnDemand = (
  kernel: Kernel,
  metadata: { readonly copy: ImageCopy; readonly set: ChunkSet },
  rest: ImageCopy,
  disk: ChunkSet,
  arrival: Arrival,
): Scenario => createOnDemand(kernel, metadata, { copy: rest, delay: 0 }, disk.addAll(), arrival);

export interface PreCopySettings {
  /** The machine is stopped when what is left would take no longer, at the rate of the last round. */
  readonly downtime: Nanoseconds;
  /** After as many rounds it is stopped anyway. */
  readonly rounds: number;
}

/**
 * The whole disk is copied while the machine runs at its source, then what it wrote meanwhile, and so on; it stops for the last bit, and then runs at the target.
 * @param dirty who writes at the source adds to it
 */
export function* migrateByPreCopy(
  kernel: Kernel,
  copy: ImageCopy,
  dirty: ChunkSet,
  { downtime, rounds }: PreCopySettings,
  arrival: Arrival,
): Scenario {
  dirty.addAll();
  let mayStop = false;
  while (!mayStop) {
    const began = kernel.now;
    const before = copy.bytes;
    copy.start(dirty);
    yield copy.finished;
    arrival.rounds += 1;
    const rate = (copy.bytes - before) / Math.max(1, kernel.now - began);
    mayStop = dirty.count * dirty.chunkBytes <= rate * downtime || arrival.rounds >= rounds;
  }
  arrival.stoppedAt = kernel.now;
  if (dirty.count > 0) {
    copy.start(dirty);
    yield copy.finished;
  }
  arrival.runsAt = arrival.completeAt = kernel.now;
  arrival.bytesBefore = arrival.bytes = copy.bytes;
}

/** Marks writes of a machine that changes random pieces of its disk, until it is stopped or has arrived. For migrations; its own I/O is not simulated. */
export function* dirtyAtRandom(dirty: ChunkSet, chunksPerSecond: number, pick: () => number, arrival: Arrival): Scenario {
  while (arrival.stoppedAt === Infinity && arrival.runsAt === Infinity) {
    yield second / chunksPerSecond;
    if (arrival.stoppedAt === Infinity) dirty.add(pick() * dirty.chunkBytes, 1);
  }
}
