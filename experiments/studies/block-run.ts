/** One run of requests against one image: the same for a recorded trace and a generated workload, with snapshots meanwhile or without. */
import { Replay, type ReplayMode } from '../../models/guests/replay.js';
import type { Row } from '../../results/rows.js';
import { InputError } from '../../sim/errors.js';
import { formatBytes } from '../../sim/units.js';
import type { TraceReader } from '../../traces/batch.js';
import { checkDiskOnDrive } from '../run/conservation.js';
import { SnapshotsInRun, type SnapshotSummary, type SnapshotTimes } from '../run/snapshots-in-run.js';
import { World, type Setup } from '../run/world.js';
import { touchedBeforeWritten, type Touched } from '../trace-tools/touched.js';
import { BlockMeter } from './block-meter.js';
import type { RunContext, Series } from './study.js';

export interface BlockRun {
  readonly setup: Setup;
  readonly mode: ReplayMode;
  readonly initial: 'empty' | 'touched' | 'full';
  readonly snapshots: SnapshotTimes | null;
  /** What errors call the requests. */
  readonly what: string;
  /** Opens them anew: they are gone through twice. */
  open(): TraceReader;
}

export interface BlockResult {
  /** The cells of the columns of BlockMeter. */
  readonly metrics: Row;
  readonly series: Series | null;
  readonly snapshots: SnapshotSummary | null;
  readonly fingerprint: string;
}

/** Throws InputError at requests that do not fit the disk. */
export function runBlocks(run: BlockRun, { warmUp, wantsSeries, watch }: RunContext): BlockResult {
  const touched = withReader(run, touchedBeforeWritten);
  checkFits(run, touched);
  const world = new World(run.setup);
  world.disk.observer = watch?.requests ?? null;
  const timeline = watch?.timeline ?? null;
  if (timeline !== null) world.disk.record(timeline);
  prepare(world, run, touched);
  return withReader(run, (reader) => {
    const { kernel, disk, setup, device } = world;
    const replay = new Replay(kernel, disk, reader, run.mode, setup.slots, touched.span);
    const meter = new BlockMeter(world, replay, run.mode.kind !== 'closed', warmUp, wantsSeries);
    const snapshots = run.snapshots === null ? null : new SnapshotsInRun(kernel, disk, run.snapshots, setup.format, () => replay.resume());
    kernel.run();
    checkDiskOnDrive(kernel, disk, device);
    return {
      metrics: meter.metrics(),
      series: meter.takeSeries(),
      snapshots: snapshots?.summary() ?? null,
      fingerprint: disk.fingerprint.toString(),
    };
  });
}

function withReader<T>(run: BlockRun, use: (reader: TraceReader) => T): T {
  const reader = run.open();
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

function checkFits({ setup, what }: BlockRun, { highestEnd, records }: Touched): void {
  if (records === 0) throw new InputError(what, 'no request', 'at least one');
  if (highestEnd > setup.diskBytes)
    throw new InputError(
      what,
      `a request that ends at ${formatBytes(highestEnd)}`,
      `all within the ${formatBytes(setup.diskBytes)} of the disk`,
    );
}

function prepare(world: World, { initial, setup }: BlockRun, { readFirst }: Touched): void {
  if (initial === 'empty') return;
  if (initial === 'full') world.fill(0, setup.diskBytes);
  else {
    const { offset, bytes } = readFirst;
    for (let i = 0; i < offset.length; i++) world.fill(offset[i]!, Math.min(bytes[i]!, setup.diskBytes - offset[i]!));
  }
  world.reopen();
}
