/**
 * A program that is compiled, one file after the other: the compiler computes without a pause, writes its heap (memory that each run of it
 * gets again), takes fresh pages for what stays (page cache of sources and objects), reads sources and writes objects. Files differ
 * in how much memory they take, and so the dirty rate fluctuates.
 *
 * What it writes is derived from a recording of our own, `compile` of the reference data (traces/memory: make -j2 of fio on two processors,
 * every 500 ms the pages that were written, with the page cache's); no figure of a paper had a part in it. Of the recording two stretches
 * count, in which make runs (intervals 14 to 57 and 64 to 124). One compiler writes half of what two write at once: their memory at a time
 * is disjoint, and a processor hands out again the frames that were freed on it. Pages written in a window, each once, mean over windows:
 *
 *   window                0.5 s     1 s     2 s     5 s    10 s    20 s
 *   recorded, halved      5,243   7,569  10,704  17,267  26,951  43,981
 *   this generator        4,885   7,345  10,355  16,861  26,802  46,537   (mean of 10 seeds, 240 s each)
 *   recorded, variation    0.36    0.32    0.27    0.34    0.34           (standard deviation over mean, times the root of 2:
 *   this generator         0.40    0.34    0.29    0.25    0.24            the two are taken to fluctuate independently)
 *
 * `heap`, `heapRate` and `freshRate` are the least squares, relative, of H(1 - exp(-rw/H)) + fw, with the pages of system and sources as
 * they are here. Ranges: the stretches, each alone, give a heap of 25 to 33 MiB written at 9,750 to 12,900 pages a second, and 1,280 to
 * 1,950 fresh ones; were all frames shared by the two compilers, the heap would have 53 MiB. `file` and `fluctuation` fit the variation up
 * to 2 s best (1 to 6 s and 70 to 100 tried; were the two to fluctuate alike, 70). The variation beyond 5 s, of parts of the build that
 * differ, is not modelled. Compiler, program and processor are not the paper's, and the recording's host was busy with other work too.
 */
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB, millisecond, second, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import { DiskUse, type GuestStep, type MemoryWorkload } from '../guest-step.js';
import { PageRuns } from '../page-runs.js';
import { generated } from './generated-workload.js';
import { Layout, pageBytes } from './layout.js';
import { AnyOf, InOrder } from './page-sources.js';

const burst: Nanoseconds = 2 * millisecond;

interface Values {
  readonly heap: Bytes;
  readonly heapRate: number;
  readonly freshRate: number;
  readonly file: Nanoseconds;
  readonly fluctuation: number;
  readonly read: Bytes;
  readonly write: Bytes;
  readonly work: Nanoseconds;
}

class Compilation implements MemoryWorkload {
  readonly resident = new PageRuns();
  private readonly random: RandomStream;
  private readonly system: AnyOf;
  private readonly heap: AnyOf;
  private readonly fresh: InOrder;
  private readonly sources: InOrder;
  private done: Nanoseconds = 0;
  private fileEnd: Nanoseconds = 0;
  private intensity = 1;
  private offset: Bytes = 0;
  private toRead = 0;
  private toWrite = 0;

  constructor(
    readonly pages: number,
    private readonly values: Values,
    seed: number | string,
  ) {
    const layout = new Layout(pages, 'compilation');
    this.random = new RandomStream(seed, 'compilation/files');
    this.system = new AnyOf(layout.region(1.5 * MiB), 1500, 2, new RandomStream(seed, 'compilation/system'));
    this.heap = new AnyOf(layout.region(values.heap), values.heapRate, 3, new RandomStream(seed, 'compilation/heap'));
    this.sources = new InOrder(layout.region(100 * MiB), 0);
    this.fresh = new InOrder(layout.rest(), values.freshRate);
    this.resident.add(0, pages);
  }

  next(step: GuestStep): boolean {
    if (this.done >= this.values.work) return false;
    if (this.done >= this.fileEnd) this.nextFile();
    step.processorTime = burst;
    this.system.write(burst, 1, step.writes);
    this.heap.write(burst, this.intensity, step.writes);
    this.fresh.write(burst, this.intensity, step.writes);
    this.done += burst;
    if (this.toRead > 0) this.readSource(step);
    else if (this.toWrite > 0 && this.done >= this.fileEnd) this.writeObject(step);
    return true;
  }

  close(): void {}

  private nextFile(): void {
    const { file, fluctuation } = this.values;
    this.fileEnd = this.done + Math.max(burst, this.random.exponential(file));
    this.intensity = Math.max(0, 1 + (fluctuation / 100) * (2 * this.random.uniform() - 1));
    const seconds = (this.fileEnd - this.done) / second;
    this.toRead += this.values.read * seconds;
    this.toWrite += this.values.write * seconds;
  }

  /** The compiler waits for its source. */
  private readSource(step: GuestStep): void {
    const bytes = Math.max(pageBytes, Math.min(128 * KiB, Math.ceil(this.toRead / pageBytes) * pageBytes));
    step.disk = DiskUse.READ;
    step.offset = this.offset;
    step.bytes = bytes;
    step.waits = true;
    this.sources.take(bytes / pageBytes, step.filled);
    // Sources stand here and there.
    this.offset = this.random.below(8192) * MiB;
    this.toRead -= bytes;
  }

  /** The system writes objects back when it likes. */
  private writeObject(step: GuestStep): void {
    const bytes = Math.max(pageBytes, Math.min(512 * KiB, Math.ceil(this.toWrite / pageBytes) * pageBytes));
    step.disk = DiskUse.WRITE;
    step.offset = this.random.below(8192) * MiB;
    step.bytes = bytes;
    this.toWrite -= bytes;
  }
}

export const compilation = generated({
  about: 'a program that is compiled file by file: computes without a pause, memory by file, sources read, objects written',
  source:
    'kind: ConSnap (2014), section IV, compilation of qemu-kvm 0.12.5; numbers: own recording of make -j2 of fio, halved; disk: assumed',
  calibratedOn: [],
  options: {
    memory: { kind: 'size', about: 'of the guest', default: 2 * GiB },
    heap: { kind: 'size', about: 'memory that each run of the compiler gets again', default: 27 * MiB },
    heapRate: { kind: 'count', about: 'pages of it that are written a second', default: 11_400 },
    freshRate: { kind: 'count', about: 'pages a second that were not written for long', default: 1800 },
    file: { kind: 'time', about: 'mean processor time of a file, over which the rate of writes holds', default: 3 * second },
    fluctuation: { kind: 'count', about: 'files take up to this many percent less or more memory than the mean', default: 100, max: 100 },
    read: { kind: 'size', about: 'sources and headers that are read, bytes in a second of work', default: 0.5e6 },
    write: { kind: 'size', about: 'objects that are written, bytes in a second of work', default: 1e6 },
    work: { kind: 'time', about: 'processor time until the program is compiled', default: 300 * second },
  },
  make: (values, seed) => new Compilation(values.memory / pageBytes, values, seed),
});
