/** The IBM HS21 blades of the FVD paper. */
import { GiB, MiB, microsecond, millisecond } from '../../sim/units.js';
import { may2073rc } from './drives/may2073rc.js';
import type { TestBed } from './testbed.js';

export const fvd: TestBed = {
  about: 'IBM HS21 blade: one 2.5-inch SAS drive, QEMU with virtio and direct I/O, image on a raw partition',
  paper: 'FVD (2011)',
  drive: may2073rc,
  scheduler: {
    value: 'elevator',
    unit: '',
    status: 'assumption',
    source:
      'Linux 2.6.32 sorts by block number (CFQ or deadline); matters only where several requests wait; adjacent requests are not merged',
  },
  queueDepth: {
    value: 1,
    unit: 'commands',
    status: 'assumption',
    source: 'what the host hands to the drive at once; the drive could hold 32',
    range: [1, 32],
  },
  writeCache: {
    value: false,
    unit: '',
    status: 'assumption',
    source: 'SAS drives ship with it disabled, and the durability argument of the paper needs it',
  },
  cache: { value: 'none', unit: '', status: 'stated', source: 'section 4: QEMU is configured to use direct I/O' },
  slots: {
    value: 64,
    unit: 'requests',
    status: 'published',
    source: 'threads of the pool that QEMU 0.12 does asynchronous I/O with (posix-aio-compat.c)',
  },
  hostOverhead: {
    value: 30 * microsecond,
    unit: 'ns',
    status: 'assumption',
    source: 'direct I/O on a processor of 2006: a core does 15,000 to 60,000 synchronous ones a second when the device costs nothing',
    range: [15 * microsecond, 60 * microsecond],
  },
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
  partitionStart: {
    value: 8 * GiB,
    unit: 'B',
    status: 'assumption',
    source: 'unstated; the host system comes first on a drive of 73.5 GB that holds a partition of 51 GB',
    range: [0, 12 * GiB],
  },
};
