/** The disks of test-beds and machines that have one: an error where the drive is of flash. */
import type { DiskFile } from '../../experiments/testbeds/drives/disk-file.js';
import type { TestBed } from '../../experiments/testbeds/testbed.js';
import { Disk } from '../../models/devices/disk.js';
import type { LocalDrive } from '../../models/devices/local-drive.js';

export function diskFileOf({ drive }: TestBed): DiskFile {
  if (drive.kind !== 'disk') throw new Error(`${drive.name} is no disk`);
  return drive;
}

export function asDisk(drive: LocalDrive): Disk {
  if (!(drive instanceof Disk)) throw new Error('the drive is no disk');
  return drive;
}
