/** The kinds of study by name. */
import { Registry } from '../../sim/registry.js';
import { boot } from './boot.js';
import { fleet } from './fleet.js';
import { memory } from './memory.js';
import { postmark } from './postmark.js';
import { replay } from './replay.js';
import { snapshot } from './snapshot.js';
import type { AnyStudyKind } from './study.js';
import { workload } from './workload.js';

export const studies = new Registry<AnyStudyKind>('kind of study', { workload, replay, snapshot, postmark, boot, fleet, memory });
