/**
 * The script that makes an overlay over a least template and grows its file system (section 4.1.1 of the FVD paper): five programs one after
 * another, of which one writes much. It writes through a network block device of the kernel, which a server of the hypervisor's kind serves
 * request by request. The time of the programs is the test-bed's; only what is written is simulated.
 */
import { Replay } from '../../models/guests/replay.js';
import { KiB, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { TraceOp, type TraceBatch, type TraceReader } from '../../traces/batch.js';
import type { TestBed } from '../testbeds/testbed.js';
import { grow, makeTemplate } from './boot-template.js';
import { setupOf, World } from './world.js';

/** Creates the image, serves it as a block device, changes the partition table, grows the file system, ends the service. */
const programs = 5;
/** Most data in a request of a network block device of Linux 2.6.32: 255 sectors, of which whole pages are used. */
const largest: Bytes = 124 * KiB;

/**
 * @param command time of a program, from fork to exit
 * @param system bytes of the installed files
 */
export function creationTime(testbed: TestBed, command: Nanoseconds, system: Bytes, rootBytes: Bytes, seed: number): Nanoseconds {
  const template = makeTemplate(system, rootBytes, seed);
  const writes = new GrowingWrites();
  grow(template, rootBytes, (offset, bytes) => writes.add(offset, bytes));
  const world = new World({ ...setupOf(testbed, 'fvd-paper'), backingBytes: template.bytes, requestOverhead: 0, seed });
  const replay = new Replay(world.kernel, world.disk, writes, { kind: 'closed', depth: 1 }, world.setup.slots, 0);
  world.kernel.run();
  world.checkConservation();
  return programs * command + replay.lastCompletion;
}

class GrowingWrites implements TraceReader {
  private readonly pieces: (readonly [offset: Bytes, bytes: Bytes])[] = [];
  private next = 0;

  add(offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes; at += largest) this.pieces.push([at, Math.min(largest, offset + bytes - at)]);
  }

  read(batch: TraceBatch): number {
    batch.size = 0;
    while (batch.size < batch.capacity && this.next < this.pieces.length) {
      const [offset, bytes] = this.pieces[this.next++]!;
      batch.push(0, TraceOp.WRITE, offset, bytes);
    }
    return batch.size;
  }

  close(): void {
    this.next = this.pieces.length;
  }
}
