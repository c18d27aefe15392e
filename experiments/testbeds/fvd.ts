/** The IBM HS21 blades of the FVD paper. */
import { GiB, MiB, microsecond, millisecond } from '../../sim/units.js';
import { fvdStarts } from './fvd-starts.js';
import { assumedUs, gigabitEthernet, guestDriver, hostCacheOf, nfsOfLinux, slotsOfQemu012 } from './common.js';
import { may2073rc } from './drives/may2073rc.js';
import type { TestBed } from './testbed.js';

export const fvd: TestBed = {
  about: 'IBM HS21 blade: one 2.5-inch SAS drive, QEMU with virtio and direct I/O, image on a raw partition',
  paper: 'FVD (2011)',
  drive: may2073rc,
  scheduler: {
    value: 'deadline',
    unit: '',
    status: 'assumption',
    source:
      'the name of the release, 2.6.32-24, is that of Ubuntu 10.04, whose server kernels use it; the guests too (Ubuntu server 9.04). It matters only where several requests wait',
  },
  queueDepth: {
    value: 2,
    unit: 'commands',
    status: 'calibration',
    source:
      'what the host hands to the drive at once, which could hold 32: QEMU gives an IDE disk one request at a time, virtio many. Of the creation by PostMark at full size 2 makes 1.33; in smaller runs 1 made 1.02, 4 made 1.58',
    range: [1, 32],
    calibratedOn: 'fvd-fig6a-virtio-ide',
  },
  writeCache: {
    value: false,
    unit: '',
    status: 'assumption',
    source: 'SAS drives ship with it disabled, and the durability argument of the paper needs it',
  },
  cache: { value: 'none', unit: '', status: 'stated', source: 'section 4: QEMU is configured to use direct I/O' },
  slots: slotsOfQemu012,
  hostOverhead: assumedUs(
    30,
    'direct I/O on a processor of 2006: a core does 15,000 to 60,000 synchronous ones a second when the device costs nothing',
    [15, 60],
  ),
  requestOverhead: {
    value: 190 * microsecond,
    unit: 'ns',
    status: 'calibration',
    source:
      'exits, ring processing and interrupt of virtio on this processor, for a request of 64 KB; requests in flight do not wait for one another in it',
    range: [100 * microsecond, 300 * microsecond],
    calibratedOn: 'fvd-fig5-virt-overhead',
  },
  virtualDisk: { value: 51 * GiB, unit: 'B', status: 'stated', source: 'section 4.1.1: partitions of 1 GB and 50 GB' },
  backingImage: {
    value: 501 * MiB,
    unit: 'B',
    status: 'stated',
    source: 'section 4.1.1: a basic installation reduced to its minimum size',
  },
  network: gigabitEthernet,
  partitionStart: {
    value: 8 * GiB,
    unit: 'B',
    status: 'assumption',
    source: 'unstated; the host system comes first on a drive of 73.5 GB that holds a partition of 51 GB',
    range: [0, 12 * GiB],
  },
  hostCache: hostCacheOf(GiB, 'unstated: a blade of 2006 with 2 to 8 GB, most of it for the virtual machine'),
  guest: {
    cache: {
      value: 768 * MiB,
      unit: 'B',
      status: 'assumption',
      source: 'unstated: a machine of 512 MB to 2 GB, less its kernel and programs',
      range: [384 * MiB, 1792 * MiB],
    },
    processors: { value: 1, unit: '', status: 'assumption', source: 'unstated but for Figure 8, which has two', range: [1, 2] },
    exitTime: assumedUs(
      10,
      'an exit to user space and back on a processor without nested paging, with the lock and a few lines of emulation',
      [4, 20],
    ),
    driverTime: assumedUs(5, guestDriver, [2, 10]),
    slowdown: {
      value: 1.3,
      unit: '1',
      status: 'assumption',
      source: 'shadow page tables: processes that start, fault and switch are slowed by some tens of percent',
      range: [1.05, 1.8],
    },
  },
  nfs: nfsOfLinux(GiB),
  command: {
    fixedTime: {
      value: 15 * millisecond,
      unit: 'ns',
      status: 'assumption',
      source: 'a process from fork to exit, 10 to 20 ms, its program in the page cache',
      range: [5 * millisecond, 50 * millisecond],
    },
  },
  starts: fvdStarts,
};
