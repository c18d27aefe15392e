/** A test-bed whose drive is another one: what would the paper have seen on it? The rest of the machine stays, but for how the host serves the drive. */
import { driveNamed, type DriveFile } from './drives/index.js';
import type { Parameter, TestBed } from './testbed.js';

/** The name of something on another drive than its own. */
export const nameOnDrive = (name: string, drive: string): string => `${name}-on-${drive}`;

/** Takes such a name apart; null where it is none. */
export function splitOnDrive(whole: string): { readonly name: string; readonly drive: string } | null {
  const [, name, drive] = /^(.+?)-on-(.+)$/.exec(whole) ?? [];
  return name === undefined || drive === undefined ? null : { name, drive };
}

/**
 * @param name of a drive, or `ssd` for the flash drive of today
 * @throws InputError naming `where`, if there is no such drive
 */
export const onDrive = (testbed: TestBed, name: string, where: string): TestBed => withDrive(testbed, driveNamed(name, where));

/** The test-bed with another drive, one of ours or one that a user measured. */
export function withDrive(testbed: TestBed, drive: DriveFile): TestBed {
  const ofDrive = <T>(value: T, unit: string, source: string): Parameter<T> => ({ value, unit, status: 'derived', source });
  const other = { ...testbed, drive, writeCache: { ...drive.numbers.writeCache, source: `as ${drive.name} has it` } };
  if (drive.kind === 'disk') return other;
  return {
    ...other,
    scheduler: ofDrive('fcfs', '', 'a flash drive takes requests as they come: nothing is gained by sorting them'),
    queueDepth: ofDrive(drive.numbers.queueDepth.value, 'commands', `what ${drive.name} works on at once`),
  };
}
