/**
 * The machine of a recording, simulated: a file system on a drive behind the block layer of Linux as it is today, with a tap on what the file system queues and one on what the
 * drive gets. Programs run one after another, each on a fresh mount where it asks for that (fio gives a file's cached pages back before a job).
 */
import { BlockLayer, blockLayerDefaults } from '../../../models/devices/block-layer.js';
import { schedulers } from '../../../models/devices/schedulers/index.js';
import type { GroupedLayout } from '../../../models/filesystems/groups/grouped-layout.js';
import { MountedFileSystem } from '../../../models/filesystems/mounted/mounted-file-system.js';
import type { MountSettings } from '../../../models/filesystems/mounted/settings.js';
import { FileGuest } from '../../../models/guests/file-guest.js';
import { Processors } from '../../../models/guests/processors.js';
import { Kernel } from '../../../sim/kernel.js';
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { FileOp, type FileOperation, type FileProgram } from '../../../traces/files/file-operation.js';
import { PlainDrive, type PlainTimes } from './plain-drive.js';
import { Tap } from './tap.js';

/** Of the loop driver and the block layer above it: Documentation/block (nr_requests), and BLK_MAX_REQUEST_COUNT for the plug of a task. */
const depth = 128;
const plugRequests = 32;

export interface MachineRequest {
  readonly layout: GroupedLayout;
  readonly settings: MountSettings;
  readonly drive: PlainTimes;
  readonly maxRequestBytes: Bytes;
}

export class RecordedMachine {
  readonly queued: Tap;
  readonly dispatched: Tap;
  private readonly kernel = new Kernel();
  private readonly processors = new Processors(this.kernel, 2);
  private files: MountedFileSystem;

  constructor(private readonly request: MachineRequest) {
    const { layout, drive, maxRequestBytes } = request;
    const sectors = (layout.blocks * layout.blockBytes) / sectorBytes;
    this.dispatched = new Tap(new PlainDrive(this.kernel, sectors, drive));
    this.queued = new Tap(
      new BlockLayer(this.kernel, this.dispatched, {
        ...blockLayerDefaults,
        scheduler: schedulers.get('elevator', 'a machine').make(),
        depth,
        maxIoBytes: maxRequestBytes,
        plugs: 'each batch',
        plugRequests,
        plugDelay: 0,
      }),
    );
    this.files = this.mount();
  }

  /** Mounts anew: memory is empty. Nothing is dirty. */
  remount(): void {
    this.files = this.mount();
  }

  /** Runs a program, then has all it changed made durable, as an unmount does. */
  run(program: FileProgram): void {
    const guest = new FileGuest(this.kernel, this.files, new Unmounted(program), this.processors);
    this.kernel.run();
    if (!guest.isDone) throw new Error('a program did not come to its end');
    this.files.checkConservation();
  }

  private mount(): MountedFileSystem {
    return new MountedFileSystem(this.kernel, this.queued, this.request.layout, this.request.settings);
  }
}

/** A program and a SYNC behind it. */
class Unmounted implements FileProgram {
  private isSynced = false;

  constructor(private readonly program: FileProgram) {}

  next(into: FileOperation): boolean {
    if (this.program.next(into)) return true;
    if (this.isSynced) return false;
    this.isSynced = true;
    into.op = FileOp.SYNC;
    into.compute = 0;
    return true;
  }
}
