/** Replays one trace against several systems of a test-bed, and says what each made of it. */
import { Replay, type ReplayMode } from '../../models/guests/replay.js';
import { byCause, type LatencyByCause } from '../../models/io/latency.js';
import { InputError } from '../../sim/errors.js';
import { Timeline } from '../../sim/timeline.js';
import { formatBytes, second, type Bytes } from '../../sim/units.js';
import { openTrace } from '../../traces/formats/index.js';
import type { TraceOptions } from '../../traces/formats/trace-format.js';
import { touchedBeforeWritten, type Touched } from '../trace-tools/touched.js';
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
  /** Keeps a timeline of the first system. */
  readonly timeline: boolean;
}

/** Latencies in ms of one kind of request; null where there was none. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
}

export interface SystemResult extends LatencySummary {
  readonly system: string;
  readonly requests: number;
  readonly seconds: number;
  readonly iops: number;
  readonly throughputMBs: number;
  readonly reads: LatencySummary;
  readonly writes: LatencySummary;
  /** Share of reads that found nothing allocated. */
  readonly holeReadShare: number;
  readonly hostIos: number;
  readonly metadataIos: number;
  readonly metadataBytes: Bytes;
  readonly copyBytes: Bytes;
  /** Bytes that the host wrote for a byte that the guest wrote; null where the guest wrote none. */
  readonly writeAmplification: number | null;
  readonly meanSeekCylinders: number;
  readonly allocatedBytes: Bytes;
  /** Of the drive, and of the hypervisor's lock. */
  readonly utilization: number;
  readonly lockHeldShare: number;
  /** Requests a second that the trace offers; null in a closed loop. */
  readonly offeredIops: number | null;
  /** Requests a second that were done while the trace offered them. */
  readonly achievedIops: number;
  /** Requests that were not done when the last one arrived. */
  readonly backlog: number | null;
  readonly saturated: boolean;
  readonly counters: Readonly<Record<string, number>>;
  readonly causes: Readonly<Record<'mean' | 'p50' | 'p99' | 'p99.9', LatencyByCause>>;
  readonly fingerprint: string;
}

export interface ReplayResult {
  readonly touched: Touched;
  readonly systems: readonly SystemResult[];
  readonly timeline: Timeline | null;
}

/**
 * @param onProgress told the share of the work that is done, and with which system
 * @throws InputError at a trace that cannot be read or does not fit the disk
 */
export function replayTrace(request: ReplayRequest, onProgress: (share: number, what: string) => void): ReplayResult {
  const touched = prepass(request);
  if (touched.records === 0) throw new InputError(request.trace, 'no record', 'at least one request');
  let timeline: Timeline | null = null;
  const systems = request.setups.map((setup, i) => {
    const world = new World(setup);
    checkFits(request.trace, touched, setup.diskBytes);
    if (request.timeline && i === 0) world.disk.record((timeline = new Timeline()));
    prepare(world, request.initial, touched);
    const share = (done: number): number => (i + done) / request.setups.length;
    return replayOn(world, request, touched, (done) => onProgress(share(done), `replaying on ${setup.format}`));
  });
  return { touched, systems, timeline };
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
    const eventsAtOnce = 500_000;
    while (kernel.pending > 0) {
      kernel.run(Infinity, eventsAtOnce);
      onProgress(replay.completed / touched.records);
    }
    return summarize(world, replay, request.mode, touched, before);
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
): SystemResult {
  const { kernel, disk, device, format, setup } = world;
  const { traffic, latency } = disk;
  const seconds = replay.lastCompletion / second;
  const requests = replay.reads.count + replay.writes.count;
  const guestWritten = replay.writes.total;
  const load = loadOf(replay, mode, touched, seconds, setup.slots);
  return {
    system: setup.format,
    requests,
    seconds,
    iops: requests / seconds,
    throughputMBs: (replay.reads.total + guestWritten) / 1e6 / seconds,
    ...latencyOf(latency.histogram),
    reads: latencyOf(replay.readLatency),
    writes: latencyOf(replay.writeLatency),
    holeReadShare: replay.reads.count === 0 ? 0 : disk.holeReads / replay.reads.count,
    hostIos: traffic.ios,
    metadataIos: traffic.metadataIos,
    metadataBytes: traffic.metadataBytes,
    copyBytes: traffic.copyBytes,
    writeAmplification: guestWritten === 0 ? null : traffic.bytesWritten / guestWritten,
    meanSeekCylinders: traffic.meanSeekCylinders,
    allocatedBytes: format.allocatedBytes(),
    utilization: device.busyTime() / kernel.now,
    lockHeldShare: disk.lock.heldTime(kernel.now) / kernel.now,
    ...load,
    counters: Object.fromEntries(Object.entries(format.counters()).map(([name, count]) => [name, count - (before[name] ?? 0)])),
    causes: {
      mean: byCause(latency.meanRow()),
      p50: byCause(latency.rowAtQuantile(0.5)),
      p99: byCause(latency.rowAtQuantile(0.99)),
      'p99.9': byCause(latency.rowAtQuantile(0.999)),
    },
    fingerprint: disk.fingerprint.toString(),
  };
}

type Load = Pick<SystemResult, 'offeredIops' | 'achievedIops' | 'backlog' | 'saturated'>;

/** A system is saturated where it does less than 98 % of what is offered while it is offered, and more waits than it can have in flight. */
function loadOf(replay: Replay, mode: ReplayMode, touched: Touched, seconds: number, slots: number): Load {
  const span = (touched.span / second) * (mode.kind === 'open' ? mode.scale : 1);
  if (mode.kind === 'closed' || span === 0)
    return { offeredIops: null, achievedIops: replay.completed / seconds, backlog: null, saturated: false };
  const offeredIops = replay.completed / span;
  const achievedIops = replay.completedByLastArrival / span;
  const backlog = replay.completed - replay.completedByLastArrival;
  return { offeredIops, achievedIops, backlog, saturated: achievedIops < 0.98 * offeredIops && backlog > slots };
}

function latencyOf(histogram: Replay['readLatency']): LatencySummary {
  const ms = (value: number): number | null => (histogram.count === 0 ? null : value / 1e6);
  return {
    count: histogram.count,
    meanMs: ms(histogram.mean),
    p50Ms: ms(histogram.quantile(0.5)),
    p99Ms: ms(histogram.quantile(0.99)),
    p999Ms: ms(histogram.quantile(0.999)),
  };
}
