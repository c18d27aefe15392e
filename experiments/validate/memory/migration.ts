/**
 * A recorded migration to a file, and the same by the models: the recorded guest, a file that takes pages as fast as the recording did,
 * and no price on faults (the recordings were made in emulation: their times are not judged).
 */
import { flushControllers } from '../../../models/flush/index.js';
import { chargeNames, type CostTable } from '../../../models/guests/memory/charges.js';
import { GuestDisk } from '../../../models/guests/memory/guest-disk.js';
import { NetworkLink } from '../../../models/guests/memory/network-link.js';
import { VirtualMachine } from '../../../models/guests/memory/virtual-machine.js';
import type { EpochRecord } from '../../../models/memory/epoch-record.js';
import { Epochs } from '../../../models/memory/epochs.js';
import { memoryMethods } from '../../../models/memory/index.js';
import type { MemoryImage } from '../../../models/memory/memory-image.js';
import { SnapshotFile } from '../../../models/memory/snapshot-file.js';
import { SnapshotHost } from '../../../models/memory/snapshot-host.js';
import { Kernel } from '../../../sim/kernel.js';
import { spawn } from '../../../sim/process.js';
import { GiB, MiB, second } from '../../../sim/units.js';
import { InstantDevice } from './instant-device.js';
import { RecordedGuest } from './recorded-guest.js';
import type { MigrationTruth } from './truth.js';

const nothingCosts = Object.fromEntries(chargeNames.map((name) => [name, 0])) as CostTable;

/** Seconds after which a migration is taken not to converge: the recordings were cancelled after some 25. */
const patience = 24;

export interface Migrated {
  readonly record: EpochRecord;
  /** Undefined where the migration was given up. */
  readonly image: MemoryImage | undefined;
  readonly pages: number;
}

/** @param rate pages a second that the guest writes */
export function migrate(truth: MigrationTruth, method: string, options: Readonly<Record<string, unknown>>, rate: number): Migrated {
  const kernel = new Kernel();
  const device = new InstantDevice(kernel);
  const disk = new GuestDisk(kernel, device, 0, 1, 1);
  const workload = new RecordedGuest(truth, rate);
  const machine = new VirtualMachine(kernel, {
    workload,
    costs: nothingCosts,
    tracker: { mechanism: 'write-protect', largePages: false, protectsAllAgain: false },
    disk,
    link: new NetworkLink(GiB, MiB),
  });
  const file = new SnapshotFile(kernel, device, {
    firstSector: 0,
    sectors: GiB,
    dirtyLimit: GiB,
    backgroundLimit: MiB,
    chunk: MiB,
    depth: 1,
    fileRate: 100 * GiB,
    cacheRate: GiB,
  });
  const controller = flushControllers.get('none', 'none').make({}, 'none');
  const parts = { machine, disk, device, file, costs: nothingCosts, controller, verifies: false, marksZeroPages: true };
  const host = new SnapshotHost(kernel, parts);
  const epochs = new Epochs(host, memoryMethods.get(method, method).make(host, options, method), {
    first: 0,
    interval: second,
    count: 1,
    fullFrom: 0,
  });
  machine.start();
  spawn(kernel, epochs.run());
  while (!epochs.isOver) kernel.run(kernel.now + second);
  return { record: host.records[0]!, image: host.images[0], pages: workload.pages };
}

/** By QEMU 7.2's rules, at the recorded bandwidth and downtime limit. */
export const migrateLive = (truth: MigrationTruth, rate: number): Migrated =>
  migrate(
    truth,
    'pre-copy',
    {
      rules: 'qemu-7.2',
      rate: `${truth.bandwidth}B/s`,
      downtime: `${truth.downtime_limit_ms}ms`,
      limit: `${patience}s`,
      atLimit: 'give-up',
    },
    rate,
  );
