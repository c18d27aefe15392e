/**
 * What must hold in every run, whatever was simulated: checked when it ends, an error if not. An error here is a defect of a model, never of input.
 *
 * - What a guest wrote reached the host; what the host was handed reached the drive; what the drive wrote is on its media, in its buffer, or replaced there.
 * - The integral of the number in flight is the sum of the sojourn times, clipped to the run; at the guest's disk and at the drive.
 * - The drive's busy time is the sum of the service times; the parts of every latency sum to it.
 */
import type { LocalDrive } from '../../models/devices/local-drive.js';
import { expectConserved } from '../../models/io/conservation.js';
import type { VirtualDisk } from '../../models/io/virtual-disk.js';
import type { Kernel } from '../../sim/kernel.js';

/** A virtual disk alone: for images whose host is no drive of this run. */
export function checkDisk({ now }: Kernel, disk: VirtualDisk): void {
  disk.traffic.checkConservation();
  disk.latency.checkConservation(now);
}

/**
 * A virtual disk whose image has a drive to itself.
 * @throws Error which names the accounts that disagree
 */
export function checkDiskOnDrive(kernel: Kernel, disk: VirtualDisk, drive: LocalDrive): void {
  checkDisk(kernel, disk);
  drive.checkConservation();
  expectConserved(
    'sectors of writes that an image handed over and that its drive took',
    disk.traffic.sectorsHandedOver,
    drive.sectorsToWrite,
  );
}
