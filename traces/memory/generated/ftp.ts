/** A server that sends a large file: it is read ahead from the disk by DMA into the page cache, and goes out as fast as the network takes it. */
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB, microsecond, second, type Bytes } from '../../../sim/units.js';
import { DiskUse, type GuestStep, type MemoryWorkload } from '../guest-step.js';
import { PageRuns } from '../page-runs.js';
import { generated } from './generated-workload.js';
import { Layout, pageBytes } from './layout.js';
import { AnyOf, InOrder } from './page-sources.js';

interface Values {
  readonly file: Bytes;
  readonly chunk: Bytes;
  readonly begin: number;
}

class Ftp implements MemoryWorkload {
  readonly resident = new PageRuns();
  private readonly system: AnyOf;
  private readonly cache: InOrder;
  private readonly buffers: InOrder;
  private sent: Bytes = 0;

  constructor(
    readonly pages: number,
    private readonly values: Values,
    seed: number | string,
  ) {
    const layout = new Layout(pages, 'ftp');
    this.system = new AnyOf(layout.region(1 * MiB), 1000, 2, new RandomStream(seed, 'ftp/system'));
    this.buffers = new InOrder(layout.region(2 * MiB), 0);
    this.cache = new InOrder(layout.rest(), 0);
    this.resident.add(0, pages);
  }

  next(step: GuestStep): boolean {
    const { file, chunk, begin } = this.values;
    if (this.sent >= file) return false;
    const bytes = Math.min(chunk, file - this.sent);
    if (this.sent === 0) step.notBefore = begin;
    step.processorTime = 100 * microsecond + bytes * 1;
    this.system.write(step.processorTime * 10, 1, step.writes);
    this.buffers.take(8, step.writes);
    step.disk = DiskUse.READ;
    step.offset = this.sent;
    step.bytes = bytes;
    step.waits = true;
    this.cache.take(Math.ceil(bytes / pageBytes), step.filled);
    step.sent = bytes;
    this.sent += bytes;
    return true;
  }

  close(): void {}
}

export const ftp = generated({
  about: 'a server that sends a large file: read by DMA into the page cache, out through the network',
  source:
    'ConSnap (2014), section IV: download from one machine to another, 180 s; size and rate are not stated (9 to 60 MB/s are possible)',
  calibratedOn: ['consnap-fig8-stable', 'consnap-fig9-ftp-linear', 'consnap-fig6-base'],
  options: {
    memory: { kind: 'size', about: 'of the guest', default: 2 * GiB },
    file: { kind: 'size', about: 'that is sent', default: 180 * 11e6 },
    chunk: { kind: 'size', about: 'read ahead and sent at once', default: 256 * KiB, min: pageBytes },
    begin: { kind: 'time', about: 'when the transfer begins', default: 0 * second },
  },
  make: (values, seed) => new Ftp(values.memory / pageBytes, values, seed),
});
