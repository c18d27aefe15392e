/** The test-beds that can be chosen by name: as they are, and each on any drive, as `fvd-on-ssd`. */
import { Registry } from '../../sim/registry.js';
import { consnap } from './consnap.js';
import { fvd } from './fvd.js';
import { oncecloud } from './oncecloud.js';
import { onDrive, splitOnDrive } from './on-drive.js';
import type { TestBed } from './testbed.js';

class TestBeds extends Registry<TestBed> {
  override get(name: string, where: string): TestBed {
    const split = super.has(name) ? null : splitOnDrive(name);
    return split === null ? super.get(name, where) : onDrive(super.get(split.name, where), split.drive, where);
  }
}

export const testbeds = new TestBeds('test-bed', { fvd, consnap, oncecloud });
