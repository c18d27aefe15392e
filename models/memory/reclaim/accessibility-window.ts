/** Snapshots older than a window go; the state at the window's end stays, for the oldest that is kept takes over what it builds on. */
import { second } from '../../../sim/units.js';
import { reclaimModel } from './reclaim-policy.js';

export const accessibilityWindow = reclaimModel({
  about: 'snapshots older than a window are dropped: no older state can be gone back to',
  source: 'Ta-Shma et al. (2008), as ConSnap (2014) describes it in sections II and III.D',
  options: { window: { kind: 'time', about: 'how far one can go back', default: 60 * second } },
  make: ({ window }) => ({ keeps: (_number, age) => age <= window }),
});
