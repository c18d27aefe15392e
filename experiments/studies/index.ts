/** The kinds of study by name. */
import { Registry } from '../../sim/registry.js';
import { memory } from './memory.js';
import type { AnyStudyKind } from './study.js';
import { workload } from './workload.js';

export const studies = new Registry<AnyStudyKind>('kind of study', { workload, memory });
