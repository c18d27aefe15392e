/** The drives of the test-beds, by name. */
import { Registry } from '../../../sim/registry.js';
import type { DriveFile } from './drive-file.js';
import { may2073rc } from './may2073rc.js';
import { nvmeTlc1tb, type FlashDriveFile } from './nvme-tlc-1tb.js';
import { sas300gb10k } from './sas-300gb-10k.js';
import { sata500gb7200 } from './sata-500gb-7200.js';

export type { DriveFile } from './drive-file.js';

export const drives = new Registry<DriveFile>('drive', Object.fromEntries([may2073rc, sata500gb7200, sas300gb10k].map((d) => [d.name, d])));

/** Drives of today, on which figures can be asked again. */
export const flashDrives = new Registry<FlashDriveFile>('flash drive', Object.fromEntries([nvmeTlc1tb].map((d) => [d.name, d])));
