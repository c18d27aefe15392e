/** Nothing is reclaimed. */
import { reclaimModel } from './reclaim-policy.js';

export const keepAll = reclaimModel({
  about: 'every snapshot is kept',
  source: 'no reclamation',
  options: {},
  make: () => ({ keeps: () => true }),
});
