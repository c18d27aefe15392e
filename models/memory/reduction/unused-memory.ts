/**
 * Memory that the guest never wrote is not saved: its kernel, which knows of the hypervisor, has never taken it. It reads as zeros when it
 * comes back. A page that is written after it was left out is saved then, as every written page is.
 */
import { UNWRITTEN } from '../../guests/memory/guest-memory.js';
import { pageReduction, type PageReduction } from './page-reduction.js';

const unused: PageReduction = {
  begin: () => {},
  atInstant: () => {},
  reduce: (_page, version, entry) => {
    entry.isLeftOut ||= version === UNWRITTEN;
  },
  takeTime: () => 0,
  loadTime: () => 0,
};

export const unusedMemory = pageReduction({
  about: 'memory that the guest never wrote is not saved; its kernel must tell',
  source: 'iROW (2016), section 1: unused memory elimination, which guests without knowledge of their hypervisor do not allow',
  options: {},
  make: () => unused,
});
