/** The blades of the OnceCloud paper: XenServer or OnceCloud on one, its storage exported over NFS by another of the same kind. */
import { GiB, MiB } from '../../sim/units.js';
import { assumedUs, gigabitEthernet, guestDriver, hostCacheOf, nestedPaging, nfsOfLinux, unstatedProcessors } from './common.js';
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
  hostOverhead: assumedUs(30, 'direct I/O on a processor of its time', [15, 60]),
  requestOverhead: assumedUs(100, 'ring, event channels and tapdisk of a Xen guest with paravirtual drivers', [50, 200]),
  virtualDisk: {
    value: 8 * GiB,
    unit: 'B',
    status: 'assumption',
    source: 'unstated: Windows Server 2003 and a file of 2 GB',
    range: [6 * GiB, 20 * GiB],
  },
  backingImage: { value: 2 * GiB, unit: 'B', status: 'assumption', source: 'unstated: a template of the guest system' },
  network: gigabitEthernet,
  partitionStart: { value: 20 * GiB, unit: 'B', status: 'assumption', source: 'unstated', range: [0, 100 * GiB] },
  hostCache: hostCacheOf(0.5 * GiB, 'the memory of the control domain, 752 MB by default, less its programs'),
  guest: {
    cache: { value: 512 * MiB, unit: 'B', status: 'assumption', source: 'unstated', range: [256 * MiB, 2 * GiB] },
    processors: unstatedProcessors,
    exitTime: assumedUs(15, 'an event to the back end in the control domain, and the switch to it', [8, 40]),
    driverTime: assumedUs(5, guestDriver, [2, 10]),
    slowdown: nestedPaging,
  },
  nfs: {
    ...nfsOfLinux(GiB / 2),
    cache: {
      value: GiB / 2,
      unit: 'B',
      status: 'calibration',
      source:
        "unstated; of the values that a server of the same kind may have, from the memory of a control domain up to half of the machine's, the least: with it the response time of a chain of eight comes nearest",
      range: [GiB / 2, 8 * GiB],
      calibratedOn: 'once-fig11-axis',
    },
  },
};
