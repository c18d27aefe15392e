/** The machine that a trace is replayed on: a test-bed, with its drive, its host's file system and how the drive is served, or with others in their place. */
import { Option, type Command } from 'commander';
import { schedulers } from '../../models/devices/schedulers/index.js';
import { fileSystems } from '../../models/filesystems/index.js';
import { InputError } from '../../sim/errors.js';
import { checkScheduler, onPartitions, type Setup } from '../run/world.js';
import { isDriveFile, readDriveFile } from '../testbeds/drives/drive-json.js';
import { drives } from '../testbeds/drives/index.js';
import { testbeds } from '../testbeds/index.js';
import { onDrive, withDrive } from '../testbeds/on-drive.js';
import type { TestBed } from '../testbeds/testbed.js';
import { names, wholeNumber } from './values.js';

export interface MachineFlags {
  readonly testbed: string;
  readonly drive?: readonly string[];
  readonly host: string;
  readonly writeCache?: 'on' | 'off';
  readonly queueDepth?: number;
  readonly scheduler?: string;
}

export const addMachineOptions = (command: Command): Command =>
  command
    .option('--testbed <name>', `the machine (${testbeds.names.join(', ')})`, 'fvd')
    .addOption(
      new Option(
        '--drive <names>',
        `drives in place of the test-bed's, separated by commas, a system on each (ssd, ${drives.names.join(', ')}, or FILE.json of snapsim calibrate disk)`,
      ).argParser(names('--drive')),
    )
    .addOption(
      new Option('--host <home>', "what the image's files are: partitions of the drive, or sparse files on the host's file system")
        .choices([onPartitions, ...fileSystems.names])
        .default(onPartitions),
    )
    .addOption(new Option('--write-cache <state>', "the drive's write cache (default: the drive's)").choices(['on', 'off']))
    .addOption(new Option('--queue-depth <n>', 'requests that the drive holds at once').argParser(wholeNumber('--queue-depth', 1, 256)))
    .addOption(new Option('--scheduler <name>', "the host's I/O scheduler").choices([...schedulers.names]));

/** A test-bed on one of the drives. */
export interface ChosenMachine {
  readonly testbed: TestBed;
  /** What tells its systems from those on other drives; empty where there is one drive only. */
  readonly suffix: string;
}

/** @throws InputError at an unknown test-bed or drive, a drive given twice, or a scheduler that a drive has no use for */
export function chosenMachines({ testbed: name, drive, scheduler }: MachineFlags): ChosenMachine[] {
  const testbed = testbeds.get(name, '--testbed');
  const machines =
    drive === undefined
      ? [testbed]
      : drive.map((one) => (isDriveFile(one) ? withDrive(testbed, readDriveFile(one)) : onDrive(testbed, one, '--drive')));
  const used = machines.map((machine) => machine.drive.name);
  const twice = used.find((one, i) => used.indexOf(one) !== i);
  if (twice !== undefined) {
    const given = [...new Set(drive?.filter((_, i) => used[i] === twice))];
    const asWhat = given.length < 2 ? '' : `: ${given.join(' and ')} are names of one drive`;
    throw new InputError('--drive', `${twice} twice${asWhat}`, 'each drive once');
  }
  for (const machine of machines) checkScheduler(machine.drive, scheduler ?? machine.scheduler.value);
  return machines.map((machine) => ({ testbed: machine, suffix: machines.length === 1 ? '' : ` on ${machine.drive.name}` }));
}

/** A setup as the flags want it. */
export const withMachineFlags = (setup: Setup, { host, writeCache, queueDepth, scheduler }: MachineFlags): Setup => ({
  ...setup,
  home: host,
  writeCache: writeCache === undefined ? setup.writeCache : writeCache === 'on',
  queueDepth: queueDepth ?? setup.queueDepth,
  scheduler: scheduler ?? setup.scheduler,
});
