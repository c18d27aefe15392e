/** A video that plays: a frame every 40 ms goes through a ring of buffers, and the file is read ahead from time to time. */
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB, millisecond, second, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import { DiskUse, type GuestStep, type MemoryWorkload } from '../guest-step.js';
import { PageRuns } from '../page-runs.js';
import { generated } from './generated-workload.js';
import { Layout, pageBytes } from './layout.js';
import { AnyOf, InOrder } from './page-sources.js';

const framesPerSecond = 25;
const period: Nanoseconds = second / framesPerSecond;
const readAhead: Bytes = 128 * KiB;

interface Values {
  readonly buffers: Bytes;
  readonly frame: Bytes;
  readonly bitRate: number;
  readonly decode: Nanoseconds;
}

class MediaPlayer implements MemoryWorkload {
  readonly resident = new PageRuns();
  private readonly system: AnyOf;
  private readonly ring: InOrder;
  private readonly cache: InOrder;
  private frame = 0;
  private owed: Bytes = 0;
  private offset: Bytes = 0;

  constructor(
    readonly pages: number,
    private readonly values: Values,
    seed: number | string,
  ) {
    const layout = new Layout(pages, 'media-player');
    this.system = new AnyOf(layout.region(2 * MiB), 600, 2, new RandomStream(seed, 'media-player/system'));
    this.ring = new InOrder(layout.region(values.buffers), 0);
    this.cache = new InOrder(layout.rest(), 0);
    this.resident.add(0, pages);
  }

  next(step: GuestStep): boolean {
    const { frame, bitRate, decode } = this.values;
    step.notBefore = this.frame * period;
    step.processorTime = decode;
    this.ring.take(Math.round(frame / pageBytes), step.writes);
    this.system.write(period, 1, step.writes);
    this.frame += 1;
    this.owed += bitRate / framesPerSecond;
    if (this.owed < readAhead) return true;
    this.owed -= readAhead;
    step.disk = DiskUse.READ;
    step.offset = this.offset;
    step.bytes = readAhead;
    this.cache.take(readAhead / pageBytes, step.filled);
    this.offset += readAhead;
    return true;
  }

  close(): void {}
}

export const mediaPlayer = generated({
  about: 'a video that plays: frames through a ring of buffers, a file that is read ahead',
  source: 'ConSnap (2014), section IV.A: insignificant and stable; buffers of 3 to 15 MB are assumed',
  calibratedOn: ['consnap-fig8-stable', 'consnap-fig9-idle-mplayer'],
  options: {
    memory: { kind: 'size', about: 'of the guest', default: 2 * GiB },
    buffers: { kind: 'size', about: 'reference frames, output queue and screen', default: 5 * MiB },
    frame: { kind: 'size', about: 'written for each frame', default: 600 * KiB },
    bitRate: { kind: 'rate', about: 'of the file', default: 0.25e6 },
    decode: { kind: 'time', about: 'processor time of a frame', default: 12 * millisecond },
  },
  make: (values, seed) => new MediaPlayer(values.memory / pageBytes, values, seed),
});
