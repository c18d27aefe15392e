/** The test-beds that can be chosen by name. */
import { Registry } from '../../sim/registry.js';
import { fvd } from './fvd.js';
import type { TestBed } from './testbed.js';

export const testbeds = new Registry<TestBed>('test-bed', { fvd });
