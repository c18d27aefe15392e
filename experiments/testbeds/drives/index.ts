/** The drives of the test-beds, and those that can be put in their place, by name. */
import { Registry } from '../../../sim/registry.js';
import type { DiskFile } from './disk-file.js';
import type { FlashFile } from './flash-file.js';
import { may2073rc } from './may2073rc.js';
import { nvmeTlc1tb } from './nvme-tlc-1tb.js';
import { sas300gb10k } from './sas-300gb-10k.js';
import { sata500gb7200 } from './sata-500gb-7200.js';
import { sataMlc160gb } from './sata-mlc-160gb.js';

export type DriveFile = DiskFile | FlashFile;

const byName = (...files: readonly DriveFile[]): Record<string, DriveFile> => Object.fromEntries(files.map((file) => [file.name, file]));

export const drives = new Registry<DriveFile>('drive', byName(may2073rc, sata500gb7200, sas300gb10k, nvmeTlc1tb, sataMlc160gb));

/** The flash drive that is meant where somebody says `ssd`. */
const shortNames: Readonly<Record<string, string>> = { ssd: nvmeTlc1tb.name };

/** @throws InputError naming `where`, if there is no such drive */
export const driveNamed = (name: string, where: string): DriveFile =>
  drives.get(Object.hasOwn(shortNames, name) ? shortNames[name]! : name, where);
