/** The test-beds that can be chosen by name. */
import { Registry } from '../../sim/registry.js';
import { consnap } from './consnap.js';
import { fvd } from './fvd.js';
import { oncecloud } from './oncecloud.js';
import type { TestBed } from './testbed.js';

export const testbeds = new Registry<TestBed>('test-bed', { fvd, consnap, oncecloud });
