/** Replays one trace against several systems of a test-bed, and says what each made of it. */
import { Disk } from '../../models/devices/disk.js';
import { Replay, type ReplayMode } from '../../models/guests/replay.js';
import { byCause, type LatencyByCause } from '../../models/io/latency.js';
import { InputError } from '../../sim/errors.js';
import { quantileWithBand, type Refused } from '../../results/statistics/index.js';
import type { Histogram } from '../../sim/statistics/histogram.js';
import type { Timeline } from '../../sim/timeline.js';
import { formatBytes, second, type Bytes } from '../../sim/units.js';
import { openTrace } from '../../traces/formats/index.js';
import type { TraceOptions } from '../../traces/formats/trace-format.js';
import { touchedBeforeWritten, type Touched } from '../trace-tools/touched.js';
import type { RequestLog } from './request-log.js';
import { SnapshotsInRun, type SnapshotSummary, type SnapshotTimes } from './snapshots-in-run.js';
import { World, type Setup } from './world.js';

/** What of the disk is allocated before the trace begins: nothing, what the trace reads before it writes it, or all. */
export const initialStates = ['empty', 'touched', 'full'] as const;
export type InitialState = (typeof initialStates)[number];

export interface ReplayRequest {
  readonly trace: string;
  readonly options: TraceOptions;
  readonly mode: ReplayMode;
  readonly initial: InitialState;
  readonly setups: readonly Setup[];
  /** When snapshots are taken; null for never. All formats keep snapshots if they are. */
  readonly snapshots: SnapshotTimes | null;
  /** Records what happens when on the first system; null for nobody. */
  readonly timeline?: Timeline | null;
  /** Takes every request of every system; null for nobody. */
  readonly requests?: RequestLog | null;
  /** Told of each system before its run; it may look on, and must change nothing. */
  readonly watch?: ((world: World, touched: Touched) => void) | null;
}

/** Latencies in ms of one kind of request; null where there was none, or too few lie beyond a percentile. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  /** The 95 % bands of these percentiles as if requests were independent; or why there is none. */
  readonly bandsMs: Readonly<Record<'p50' | 'p99' | 'p999', readonly [low: number, high: number] | Refused>>;
}

export interface SystemResult extends LatencySummary {
  readonly system: string;
  /** Reads, writes and flushes. */
  readonly requests: number;
  /** Until the last of them was done. */
  readonly seconds: number;
  /** Requests over seconds. */
  readonly iops: number;
  readonly throughputMBs: number;
  readonly reads: LatencySummary;
  readonly writes: LatencySummary;
  readonly flushes: LatencySummary;
  /** Reads and writes that were rounded out to whole sectors. */
  readonly roundedOut: number;
  /** Share of reads that found nothing allocated. */
  readonly holeReadShare: number;
  readonly hostIos: number;
  readonly metadataIos: number;
  readonly metadataBytesRead: Bytes;
  readonly metadataBytesWritten: Bytes;
  /** Written by I/Os that only copy. */
  readonly copyBytes: Bytes;
  /** Written with the guest's data, in the same I/Os, beyond what the guest wrote: copies and zeros. */
  readonly dataBytesBeyondGuest: Bytes;
  /** Bytes that the host wrote for a byte that the guest wrote; null where the guest wrote none. */
  readonly writeAmplification: number | null;
  /** Mean distance over all accesses of the arm of the image's drive, those from its write cache included; null without an arm. */
  readonly meanSeekCylinders: number | null;
  readonly allocatedBytes: Bytes;
  /** Of the drive, and of the hypervisor's lock. */
  readonly utilization: number;
  readonly lockHeldShare: number;
  /** Requests a second that the trace offers, and those that were done while it lasted; null in a closed loop. */
  readonly offeredIops: number | null;
  readonly achievedIops: number | null;
  /** Requests that were not done when the last one arrived; null in a closed loop. */
  readonly backlog: number | null;
  /** Whether the system kept up; null in a closed loop. */
  readonly load: 'kept up' | 'SATURATED' | 'too short to tell' | null;
  /** Null where none were asked for. */
  readonly snapshots: SnapshotSummary | null;
  readonly counters: Readonly<Record<string, number>>;
  readonly causes: Readonly<Record<'mean' | 'p50' | 'p99' | 'p99.9', LatencyByCause>>;
  readonly fingerprint: string;
}

export interface ReplayResult {
  readonly touched: Touched;
  readonly systems: readonly SystemResult[];
  readonly initial: InitialState;
}

/**
 * @param onProgress told the share of the work that is done, and with which system
 * @throws InputError at a trace that cannot be read or does not fit the disk
 */
export function replayTrace(request: ReplayRequest, onProgress: (share: number, what: string) => void): ReplayResult {
  const touched = prepass(request);
  if (touched.records === 0) throw new InputError(request.trace, 'no record', 'at least one request');
  const systems = request.setups.map((setup, i) => {
    checkFits(request.trace, touched, setup.diskBytes);
    const world = new World(setup);
    if (i === 0 && request.timeline) world.disk.record(request.timeline);
    request.requests?.begin(setup.label);
    world.disk.observer = request.requests ?? null;
    prepare(world, request.initial, touched);
    request.watch?.(world, touched);
    const share = (done: number): number => (i + done) / request.setups.length;
    return replayOn(world, request, touched, (done) => onProgress(share(done), `replaying on ${setup.label}`));
  });
  request.requests?.flush();
  return { touched, systems, initial: request.initial };
}

function prepass(request: ReplayRequest): Touched {
  const reader = openTrace(request.trace, request.options);
  try {
    return touchedBeforeWritten(reader);
  } finally {
    reader.close();
  }
}

function checkFits(trace: string, { highestEnd }: Touched, diskBytes: Bytes): void {
  if (highestEnd <= diskBytes) return;
  throw new InputError(
    trace,
    `a request that ends at byte ${highestEnd} (${formatBytes(highestEnd)})`,
    `all within the virtual disk of ${formatBytes(diskBytes)}; give a larger --disk-size`,
  );
}

function prepare(world: World, initial: InitialState, touched: Touched): void {
  if (initial === 'empty') return;
  const { diskBytes } = world.setup;
  if (initial === 'full') world.fill(0, diskBytes);
  else {
    const { offset, bytes } = touched.readFirst;
    for (let i = 0; i < offset.length; i++) world.fill(offset[i]!, Math.min(bytes[i]!, diskBytes - offset[i]!));
  }
  world.reopen();
}

function replayOn(world: World, request: ReplayRequest, touched: Touched, onProgress: (share: number) => void): SystemResult {
  const { kernel, disk, setup } = world;
  const reader = openTrace(request.trace, request.options);
  const before = world.format.counters();
  try {
    const replay = new Replay(kernel, disk, reader, request.mode, setup.slots, touched.span);
    const snapshots =
      request.snapshots === null ? null : new SnapshotsInRun(kernel, disk, request.snapshots, setup.format, () => replay.resume());
    const eventsAtOnce = 500_000;
    while (kernel.pending > 0 && !replay.isDone) {
      kernel.run(Infinity, eventsAtOnce);
      onProgress(replay.completed / touched.records);
    }
    world.checkConservation();
    return { ...summarize(world, replay, request.mode, touched, before), snapshots: snapshots?.summary() ?? null };
  } finally {
    reader.close();
  }
}

function summarize(
  world: World,
  replay: Replay,
  mode: ReplayMode,
  touched: Touched,
  before: Readonly<Record<string, number>>,
): Omit<SystemResult, 'snapshots'> {
  const { kernel, disk, device, format, setup } = world;
  const { traffic, latency } = disk;
  const seconds = replay.lastCompletion / second;
  const guestWritten = replay.writes.total;
  const total = latencyOf(latency.histogram);
  const causes = {
    mean: byCause(latency.meanRow()),
    p50: byCause(latency.rowAtQuantile(0.5)),
    p99: byCause(latency.rowAtQuantile(0.99)),
    'p99.9': byCause(latency.rowAtQuantile(0.999)),
  };
  return {
    system: setup.label,
    requests: replay.completed,
    seconds,
    iops: replay.completed / seconds,
    throughputMBs: (replay.reads.total + guestWritten) / 1e6 / seconds,
    ...total,
    // The mean of the bucket is nearer than its middle, and what `explain` shows.
    p50Ms: total.p50Ms === null ? null : sumOf(causes.p50.byPurpose) / 1e6,
    p99Ms: total.p99Ms === null ? null : sumOf(causes.p99.byPurpose) / 1e6,
    p999Ms: total.p999Ms === null ? null : sumOf(causes['p99.9'].byPurpose) / 1e6,
    reads: latencyOf(replay.readLatency),
    writes: latencyOf(replay.writeLatency),
    flushes: latencyOf(replay.flushLatency),
    roundedOut: replay.roundedOut,
    holeReadShare: replay.reads.count === 0 ? 0 : disk.holeReads / replay.reads.count,
    hostIos: traffic.ios,
    metadataIos: traffic.metadataIos,
    metadataBytesRead: traffic.metadataBytes - traffic.metadataBytesWritten,
    metadataBytesWritten: traffic.metadataBytesWritten,
    copyBytes: traffic.copyBytes,
    dataBytesBeyondGuest: traffic.dataBytesBeyondGuest,
    writeAmplification: guestWritten === 0 ? null : traffic.bytesWritten / guestWritten,
    meanSeekCylinders: device instanceof Disk ? device.drive.meanSeekCylinders : null,
    allocatedBytes: format.allocatedBytes(),
    utilization: device.busyTime() / kernel.now,
    lockHeldShare: disk.lock.heldTime(kernel.now) / kernel.now,
    ...loadOf(replay, mode, touched, causes.mean, setup.slots),
    counters: {
      ...Object.fromEntries(Object.entries(format.counters()).map(([name, count]) => [name, count - (before[name] ?? 0)])),
      ...device.counters(),
    },
    causes,
    fingerprint: disk.fingerprint.toString(),
  };
}

type Load = Pick<SystemResult, 'offeredIops' | 'achievedIops' | 'backlog' | 'load'>;

/**
 * What is offered while the trace lasts, and what is done of it. A system that lets requests wait in the guest for lack of room is
 * behind: `SATURATED` where more than 2 % of the offered load is not done when the last request arrives, or where requests wait
 * for room longer than they take from then on; `kept up` where neither is so. A trace of fewer requests than find room says nothing.
 */
function loadOf(replay: Replay, mode: ReplayMode, touched: Touched, causes: LatencyByCause, slots: number): Load {
  const span = (touched.span / second) * (mode.kind === 'open' ? mode.scale : 1);
  if (mode.kind !== 'open' || span === 0) return { offeredIops: null, achievedIops: null, backlog: null, load: null };
  const backlog = replay.completed - replay.completedByLastArrival;
  const waits = causes.byPurpose['guest queue']!;
  const rest = sumOf(causes.byPurpose) - waits;
  const isBehind = backlog > Math.max(slots, 0.02 * replay.completed) || waits > rest;
  return {
    offeredIops: replay.completed / span,
    achievedIops: replay.completedByLastArrival / span,
    backlog,
    load: isBehind ? 'SATURATED' : replay.completed <= slots ? 'too short to tell' : 'kept up',
  };
}

/** The sum of a latency's parts, in ns. */
export const sumOf = (parts: Readonly<Record<string, number>>): number => Object.values(parts).reduce((a, b) => a + b, 0);

function latencyOf(histogram: Histogram): LatencySummary {
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((q) => quantileWithBand(histogram, q)) as [Quantile, Quantile, Quantile];
  const valueMs = (quantile: Quantile): number | null => ('refused' in quantile ? null : quantile.value / 1e6);
  const bandMs = (quantile: Quantile): readonly [number, number] | Refused =>
    'refused' in quantile ? quantile : [quantile.low / 1e6, quantile.high / 1e6];
  return {
    count: histogram.count,
    meanMs: histogram.count === 0 ? null : histogram.mean / 1e6,
    p50Ms: valueMs(p50),
    p99Ms: valueMs(p99),
    p999Ms: valueMs(p999),
    bandsMs: { p50: bandMs(p50), p99: bandMs(p99), p999: bandMs(p999) },
  };
}

type Quantile = ReturnType<typeof quantileWithBand>;
