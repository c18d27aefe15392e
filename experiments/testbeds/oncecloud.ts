/** The blades of the OnceCloud paper: XenServer or OnceCloud on one, its storage exported over NFS by another of the same kind. */
import { GiB, microsecond, millisecond } from '../../sim/units.js';
import { sas300gb10k } from './drives/sas-300gb-10k.js';
import type { TestBed } from './testbed.js';

export const oncecloud: TestBed = {
  about: 'Inspur NX580 blades, 16 GB, 272 GB of SAS disk; XenServer 6.2 against OnceCloud, storage over NFS from another blade',
  paper: 'OnceCloud (2014)',
  drive: sas300gb10k,
  scheduler: { value: 'elevator', unit: '', status: 'assumption', source: 'Linux sorts by block number' },
  queueDepth: {
    value: 1,
    unit: 'commands',
    status: 'assumption',
    source: 'what the host hands to the drive at once',
    range: [1, 32],
  },
  writeCache: { value: false, unit: '', status: 'assumption', source: 'SAS drives ship with it disabled' },
  cache: { value: 'none', unit: '', status: 'published', source: 'blktap opens VHD files with O_DIRECT' },
  slots: {
    value: 64,
    unit: 'requests',
    status: 'published',
    source: 'blktap queues requests asynchronously, up to the ring of the front end',
  },
  hostOverhead: {
    value: 30 * microsecond,
    unit: 'ns',
    status: 'assumption',
    source: 'direct I/O on a processor of its time',
    range: [15 * microsecond, 60 * microsecond],
  },
  requestOverhead: {
    value: 100 * microsecond,
    unit: 'ns',
    status: 'assumption',
    source: 'ring, event channels and tapdisk of a Xen guest with paravirtual drivers',
    range: [50 * microsecond, 200 * microsecond],
  },
  virtualDisk: {
    value: 8 * GiB,
    unit: 'B',
    status: 'assumption',
    source: 'unstated: Windows Server 2003 and a file of 2 GB',
    range: [6 * GiB, 20 * GiB],
  },
  backingImage: { value: 2 * GiB, unit: 'B', status: 'assumption', source: 'unstated: a template of the guest system' },
  network: {
    roundTrip: {
      value: 0.15 * millisecond,
      unit: 'ns',
      status: 'assumption',
      source: 'switched Gigabit Ethernet',
      range: [0.1 * millisecond, 0.3 * millisecond],
    },
    rate: { value: 117.5e6, unit: 'B/s', status: 'derived', source: 'Gigabit Ethernet with frames of 1500 B: 1448 of 1538 B are payload' },
  },
  partitionStart: { value: 20 * GiB, unit: 'B', status: 'assumption', source: 'unstated', range: [0, 100 * GiB] },
};
