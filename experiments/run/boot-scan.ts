/** A program of one thread that reads a file of holes from its start to its end and looks at every byte: how fast the host's file system hands out zeros, and how fast they are looked at. */
import { unusedMetadata } from '../../models/filesystems/file-layout.js';
import { Kernel } from '../../sim/kernel.js';
import { GiB, MiB, second, type Bytes } from '../../sim/units.js';
import { GeneratedProgram, type Steps } from '../../traces/files/file-workload.js';
import type { TestBed } from '../testbeds/testbed.js';
import { hostOn, mountOn, runProgram } from './guest-machine.js';
import { makeDrive, setupOf } from './world.js';

const file = 1;
const piece = MiB;

/**
 * @param timePerKiB processor time to look at a KiB, in nanoseconds
 * @returns bytes a second
 */
export function scanHoles(testbed: TestBed, bytes: Bytes, timePerKiB: number): number {
  const kernel = new Kernel();
  const drive = makeDrive(kernel, setupOf(testbed, 'raw'));
  const machine = hostOn(kernel, drive, testbed, 1);
  const { layout, files } = mountOn(machine, { kind: 'ext3', offset: 0, bytes: 8 * GiB, seed: 1 });
  layout.create(file, 0, unusedMetadata);
  layout.setSize(file, bytes, unusedMetadata);
  const scan = new GeneratedProgram(function* (next): Steps {
    next.timePerKiB = timePerKiB;
    next.phase(0);
    yield;
    for (let at = 0; at < bytes; at += piece) {
      next.read(file, at, Math.min(piece, bytes - at));
      yield;
    }
  });
  const { time } = runProgram(machine, files, scan).phaseOf(0);
  files.checkConservation();
  drive.checkConservation();
  return bytes / (time / second);
}
