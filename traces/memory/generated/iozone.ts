/** A file-system benchmark: a large file is written and read in turn, record by record, as fast as memory and disk go. Reads arrive by DMA. */
import { RandomStream } from '../../../sim/random.js';
import { GiB, MiB, microsecond, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import { DiskUse, type GuestStep, type MemoryWorkload } from '../guest-step.js';
import { PageRuns } from '../page-runs.js';
import { generated } from './generated-workload.js';
import { Layout, pageBytes } from './layout.js';
import { AnyOf, InOrder } from './page-sources.js';

/** Processor time to copy a record, for each byte. */
const nanosecondsPerByte = 0.5;

interface Values {
  readonly file: Bytes;
  readonly record: Bytes;
  readonly readShare: number;
}

class IoZone implements MemoryWorkload {
  readonly resident = new PageRuns();
  private readonly system: AnyOf;
  private readonly cache: InOrder;
  private offset: Bytes = 0;
  private pass = 0;

  constructor(
    readonly pages: number,
    private readonly values: Values,
    seed: number | string,
  ) {
    const layout = new Layout(pages, 'iozone');
    this.system = new AnyOf(layout.region(2 * MiB), 1000, 2, new RandomStream(seed, 'iozone/system'));
    this.cache = new InOrder(layout.rest(), 0);
    this.resident.add(0, pages);
  }

  next(step: GuestStep): boolean {
    const { file, record } = this.values;
    const time: Nanoseconds = 100 * microsecond + record * nanosecondsPerByte;
    const isRead = this.isReadPass();
    step.processorTime = time;
    this.system.write(time, 1, step.writes);
    this.cache.take(record / pageBytes, isRead ? step.filled : step.writes);
    step.disk = isRead ? DiskUse.READ : DiskUse.WRITE;
    step.offset = this.offset;
    step.bytes = record;
    this.offset += record;
    if (this.offset < file) return true;
    this.offset = 0;
    this.pass += 1;
    return true;
  }

  close(): void {}

  /** Passes of writing and reading follow one another so that their shares come out. */
  private isReadPass(): boolean {
    const share = this.values.readShare / 100;
    return Math.floor((this.pass + 1) * share) > Math.floor(this.pass * share);
  }
}

export const iozone = generated({
  about: 'a file-system benchmark: a file written and read in turn, as fast as memory and disk go',
  source: 'ConSnap (2014), section IV: IOzone, more than 80 MB/s dirtied, by DMA among others; linear until memory is full',
  calibratedOn: ['consnap-fig9-iozone-80'],
  options: {
    memory: { kind: 'size', about: 'of the guest', default: 2 * GiB },
    file: { kind: 'size', about: 'that is written and read', default: 512 * MiB },
    record: { kind: 'size', about: 'of a request', default: 1 * MiB, min: pageBytes, powerOfTwo: true },
    readShare: { kind: 'count', about: 'passes that read, percent', default: 50, max: 100 },
  },
  make: (values, seed) => new IoZone(values.memory / pageBytes, values, seed),
});
