/** PostMark from its start to the end of its transactions on a machine, and what was seen of it in each of the two phases. */
import { FileGuest, type PhaseRecord } from '../../models/guests/file-guest.js';
import { second, sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { fileWorkloads } from '../../traces/files/index.js';
import { checkDisk, checkDiskOnDrive } from './conservation.js';
import type { PostmarkMachine } from './postmark-machine.js';
import { ServedPlaces, type Places } from './served-places.js';

export interface PostmarkLoad {
  readonly files: number;
  readonly sizeLow: Bytes;
  readonly sizeHigh: Bytes;
  readonly transactions: number;
}

export interface PostmarkPhase {
  readonly timeS: number;
  /** Files created a second, or transactions. */
  readonly rate: number;
  /** Data of files that PostMark wrote and read, 10^6 bytes a second. */
  readonly throughputMBs: number;
  readonly places: Places;
  /** Host I/O of the image format for its own tables; 0 without an image. */
  readonly metadataIos: number;
  /** Share of the time for which the hypervisor's lock was held for I/O; 0 without a hypervisor. */
  readonly lockHeldShare: number;
  /** Guest requests that the hypervisor took on. */
  readonly guestRequests: number;
  /** Of an image with L2 tables: how often one was not in memory; 0 without. */
  readonly l2Misses: number;
}

export interface PostmarkResult {
  readonly create: PostmarkPhase;
  /** Null where the run ends with the creation. */
  readonly transactions: PostmarkPhase | null;
  readonly fingerprint: string;
}

const phases = ['create', 'transactions'] as const;

/** @param onCreated called as the creation ends */
export function runPostmark(machine: PostmarkMachine, load: PostmarkLoad, onCreated: () => void = () => undefined): PostmarkResult {
  const { kernel, drive, files, request, partitionStart, diskBytes } = machine;
  const places = new ServedPlaces(partitionStart / sectorBytes, diskBytes / sectorBytes);
  drive.observe(places);
  const workload = fileWorkloads.get('postmark', 'a run');
  const program = workload.open({ ...load, deletesPool: false }, request.seed, 'a run');
  const guest = new FileGuest(kernel, files, program, machine.machine.processors);
  const meter = new Meter(machine, places);
  const seen: PostmarkPhase[] = [];
  guest.whenPhaseEnds((record) => {
    if (record.number >= phases.length) return;
    seen.push(meter.take(record));
    if (record.number > 0) return;
    onCreated();
    if (load.transactions === 0) kernel.stop();
  });
  kernel.run();
  checkConservation(machine);
  const [create, transactions] = seen;
  if (create === undefined) throw new Error('PostMark did not come to the end of its creation');
  const withTransactions = load.transactions > 0 && transactions !== undefined ? transactions : null;
  return { create, transactions: withTransactions, fingerprint: places.fingerprint.toString() };
}

interface Reading {
  readonly metadataIos: number;
  readonly held: Nanoseconds;
  readonly guestRequests: number;
  readonly l2Misses: number;
}

/** Takes the difference of counters from one phase to the next. */
class Meter {
  private before: Reading;

  constructor(
    private readonly machine: PostmarkMachine,
    private readonly places: ServedPlaces,
  ) {
    this.before = this.reading();
  }

  take(record: PhaseRecord): PostmarkPhase {
    const { before } = this;
    const after = this.reading();
    this.before = after;
    const timeS = record.time / second;
    // A transaction creates or deletes one file.
    const done = record.filesCreated + record.filesDeleted;
    return {
      timeS,
      rate: done / timeS,
      throughputMBs: (record.bytesWritten + record.bytesRead) / 1e6 / timeS,
      places: this.places.take(),
      metadataIos: after.metadataIos - before.metadataIos,
      lockHeldShare: (after.held - before.held) / record.time,
      guestRequests: after.guestRequests - before.guestRequests,
      l2Misses: after.l2Misses - before.l2Misses,
    };
  }

  private reading(): Reading {
    const { disk, format, kernel } = this.machine;
    return {
      metadataIos: disk?.traffic.metadataIos ?? 0,
      held: disk?.lock.heldTime(kernel.now) ?? 0,
      guestRequests: disk?.latency.histogram.count ?? 0,
      l2Misses: format?.counters()['L2 misses'] ?? 0,
    };
  }
}

function checkConservation({ kernel, disk, drive, files, request }: PostmarkMachine): void {
  files.checkConservation();
  drive.checkConservation();
  if (disk === null) return;
  // Files on a file system bring I/O of their own, and what a template serves does not reach the drive; it takes no writes.
  if (request.home === 'partition') checkDiskOnDrive(kernel, disk, drive);
  else checkDisk(kernel, disk);
}
