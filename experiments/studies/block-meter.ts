/** What a guest's requests and the host's I/O were from some request of a run on: the same metrics for every study of a disk. */
import type { Replay } from '../../models/guests/replay.js';
import type { Row } from '../../results/rows.js';
import { quantileWithBand } from '../../results/statistics/index.js';
import { Histogram } from '../../sim/statistics/histogram.js';
import { MiB, second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { TraceOp } from '../../traces/batch.js';
import type { World } from '../run/world.js';
import type { MetricColumn, Series } from './study.js';

/** What the guest sees. */
export const requestColumns: readonly MetricColumn[] = [
  { name: 'requests', unit: '1', about: 'Reads, writes and flushes that are measured', better: null },
  { name: 'seconds', unit: 's', about: 'Length of what is measured', better: 'lower' },
  { name: 'iops', unit: '1/s', about: 'Requests a second', better: 'higher' },
  { name: 'throughputMBs', unit: 'MB/s', about: '10^6 bytes that the guest read and wrote a second', better: 'higher' },
  { name: 'latencyMeanMs', unit: 'ms', about: 'Mean time of a request', better: 'lower' },
  { name: 'latencyP50Ms', unit: 'ms', about: 'Median time of a request, to 1.6 %; null below 20 requests', better: 'lower' },
  { name: 'latencyP99Ms', unit: 'ms', about: '99 % of the requests take no longer, to 1.6 %; null below 1000 requests', better: 'lower' },
  { name: 'readMeanMs', unit: 'ms', about: 'Mean time of a read; null without reads', better: 'lower' },
  { name: 'writeMeanMs', unit: 'ms', about: 'Mean time of a write; null without writes', better: 'lower' },
  { name: 'backlog', unit: '1', about: 'Requests that were not done when the last one arrived; null in a closed loop', better: 'lower' },
];

/** What the host does for it. */
export const hostColumns: readonly MetricColumn[] = [
  { name: 'hostIosPerRequest', unit: '1', about: 'Reads and writes on the host for a request', better: 'lower' },
  { name: 'metadataIosPerRequest', unit: '1', about: "Those of the image format's own tables", better: 'lower' },
  {
    name: 'writeAmplification',
    unit: '1',
    about: 'Bytes that the host wrote for a byte that the guest wrote; null without writes',
    better: 'lower',
  },
  { name: 'meanSeekCylinders', unit: 'cylinders', about: 'Mean distance of the arm over host I/O; null without any', better: 'lower' },
  { name: 'driveUtilization', unit: '1', about: 'Share of the time in which the drive was busy', better: null },
  { name: 'lockHeldShare', unit: '1', about: "Share of the time for which blocking I/O holds the hypervisor's lock", better: 'lower' },
  { name: 'allocatedMiB', unit: 'MiB', about: 'Allocated in the image at the end', better: 'lower' },
];

interface Reading {
  readonly now: Nanoseconds;
  readonly ios: number;
  readonly metadataIos: number;
  readonly bytesWritten: Bytes;
  readonly seekCylinders: number;
  readonly busy: Nanoseconds;
  readonly held: Nanoseconds;
}

export class BlockMeter {
  private readonly all = new Histogram();
  private readonly reads = new Histogram();
  private readonly writes = new Histogram();
  private readonly counted = new Float64Array(3);
  private before: Reading;
  private last: Nanoseconds;
  private readonly series: GrowingSeries | null;

  /**
   * @param isOpen whether requests arrive at times of their own
   * @param warmUp requests before the measured ones
   */
  constructor(
    private readonly world: World,
    private readonly replay: Replay,
    private readonly isOpen: boolean,
    private readonly warmUp: number,
    wantsSeries: boolean,
  ) {
    this.before = this.reading();
    this.last = this.before.now;
    this.series = wantsSeries ? new GrowingSeries() : null;
    replay.whenCounted((op, bytes, latency) => this.count(op, bytes, latency));
  }

  private count(op: TraceOp, bytes: Bytes, latency: Nanoseconds): void {
    const { counted, world, series } = this;
    series?.add(world.kernel.now, latency / 1e6);
    counted[0]! += 1;
    if (counted[0]! < this.warmUp) return;
    if (counted[0] === this.warmUp) {
      this.before = this.reading();
      return;
    }
    this.last = world.kernel.now;
    this.all.add(latency);
    if (op === TraceOp.READ) {
      this.reads.add(latency);
      counted[1]! += bytes;
    } else if (op === TraceOp.WRITE) {
      this.writes.add(latency);
      counted[2]! += bytes;
    }
  }

  takeSeries(): Series | null {
    return this.series?.take() ?? null;
  }

  /** The cells of both sets of columns. Throws RangeError where nothing is left to measure. */
  metrics(): Row {
    const { all, before, counted } = this;
    const after = this.reading();
    const time = this.last - before.now;
    if (all.count === 0 || time === 0) throw new RangeError('no request is left to measure');
    const [bytesRead, bytesWritten] = [counted[1]!, counted[2]!];
    const ios = after.ios - before.ios;
    const until = after.now - before.now;
    return {
      requests: all.count,
      seconds: time / second,
      iops: (all.count * second) / time,
      throughputMBs: (bytesRead + bytesWritten) / 1e6 / (time / second),
      latencyMeanMs: all.mean / 1e6,
      latencyP50Ms: quantileMs(all, 0.5),
      latencyP99Ms: quantileMs(all, 0.99),
      readMeanMs: this.reads.count === 0 ? null : this.reads.mean / 1e6,
      writeMeanMs: this.writes.count === 0 ? null : this.writes.mean / 1e6,
      backlog: this.isOpen ? this.replay.completed - this.replay.completedByLastArrival : null,
      hostIosPerRequest: ios / all.count,
      metadataIosPerRequest: (after.metadataIos - before.metadataIos) / all.count,
      writeAmplification: bytesWritten === 0 ? null : (after.bytesWritten - before.bytesWritten) / bytesWritten,
      meanSeekCylinders: ios === 0 ? null : (after.seekCylinders - before.seekCylinders) / ios,
      driveUtilization: Math.min(1, (after.busy - before.busy) / until),
      lockHeldShare: (after.held - before.held) / until,
      allocatedMiB: this.world.format.allocatedBytes() / MiB,
    };
  }

  private reading(): Reading {
    const { kernel, disk, device } = this.world;
    const { ios, metadataIos, bytesWritten } = disk.traffic;
    return {
      now: kernel.now,
      ios,
      metadataIos,
      bytesWritten,
      seekCylinders: device.seekCylinders,
      busy: device.busyTime(),
      held: disk.lock.heldTime(kernel.now),
    };
  }
}

/** Null where too few samples lie beyond it. */
function quantileMs(histogram: Histogram, q: number): number | null {
  const band = quantileWithBand(histogram, q);
  return 'refused' in band ? null : band.value / 1e6;
}

/** Columns that double their room as they fill. */
class GrowingSeries {
  private times: Float64Array = new Float64Array(1024);
  private values: Float64Array = new Float64Array(1024);
  private size = 0;

  add(time: Nanoseconds, value: number): void {
    if (this.size === this.times.length) {
      this.times = doubled(this.times);
      this.values = doubled(this.values);
    }
    this.times[this.size] = time;
    this.values[this.size++] = value;
  }

  take(): Series {
    return { times: this.times.subarray(0, this.size), values: this.values.subarray(0, this.size) };
  }
}

function doubled(column: Float64Array): Float64Array {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
