/** The policies of reclamation by name. */
import { named, type NamedMaker } from '../../../sim/maker.js';
import { Registry } from '../../../sim/registry.js';
import { accessibilityWindow } from './accessibility-window.js';
import { keepAll } from './keep-all.js';
import { multiGranularity } from './multi-granularity.js';
import type { ReclaimPolicy } from './reclaim-policy.js';

export const reclaimPolicies = new Registry<NamedMaker<[], ReclaimPolicy>>('policy of reclamation', {
  'keep-all': named(keepAll),
  'accessibility-window': named(accessibilityWindow),
  'multi-granularity': named(multiGranularity),
});
