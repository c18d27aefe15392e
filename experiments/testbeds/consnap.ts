/** The Dell Precision T1500 of the ConSnap paper and of both iROW papers. */
import { GiB, millisecond } from '../../sim/units.js';
import {
  assumedUs,
  gigabitEthernet,
  guestDriver,
  hostCacheOf,
  nestedPaging,
  nfsOfLinux,
  slotsOfQemu012,
  unstatedProcessors,
} from './common.js';
import { consnapMemory } from './consnap-memory.js';
import { sata500gb7200 } from './drives/sata-500gb-7200.js';
import { irowBenchmark } from './irow-benchmark.js';
import type { TestBed } from './testbed.js';

export const consnap: TestBed = {
  about: 'Dell Precision T1500: Core i7-860, 4 GB, one 500 GB SATA drive; qemu-kvm 0.12.5 on Debian 6, images on the host file system',
  paper: 'ConSnap (2014), iROW (2012, 2016)',
  drive: sata500gb7200,
  scheduler: {
    value: 'cfq',
    unit: '',
    status: 'published',
    source:
      'Debian 6 (ConSnap 2014, section IV.A): its kernel 2.6.32 has CFQ where nothing else is asked for (CONFIG_DEFAULT_IOSCHED); above a file system of the host it neither idles nor tells processes apart in the model',
  },
  queueDepth: {
    value: 1,
    unit: 'commands',
    status: 'assumption',
    source: 'what the host hands to the drive at once; with AHCI the drive could hold 31',
    range: [1, 31],
  },
  writeCache: { value: true, unit: '', status: 'derived', source: 'desktop SATA drives ship with it enabled' },
  cache: { value: 'none', unit: '', status: 'stated', source: 'iROW 2012, section IV: images are opened with O_DIRECT for the I/O tests' },
  slots: slotsOfQemu012,
  hostOverhead: assumedUs(
    20,
    'direct I/O on a processor of 2009: a core does 30,000 to 100,000 synchronous ones a second when the device costs nothing',
    [10, 35],
  ),
  requestOverhead: assumedUs(
    60,
    'exits, ring processing and interrupt of virtio with nested paging; the programs that run in the host itself have none of it',
    [30, 120],
  ),
  virtualDisk: { value: 50 * GiB, unit: 'B', status: 'stated', source: 'iROW 2012: disks of 4 to 50 GB' },
  backingImage: { value: 1 * GiB, unit: 'B', status: 'assumption', source: 'no experiment uses one' },
  network: gigabitEthernet,
  partitionStart: {
    value: 20 * GiB,
    unit: 'B',
    status: 'assumption',
    source: 'unstated: the images lie behind the host system',
    range: [0, 200 * GiB],
  },
  hostCache: hostCacheOf(1.5 * GiB, 'of 4 GB, 2 are the virtual machine'),
  guest: {
    cache: {
      value: 1.5 * GiB,
      unit: 'B',
      status: 'assumption',
      source: 'of the 2 GB of the machine, less its kernel and programs',
      range: [1 * GiB, 1.8 * GiB],
    },
    processors: unstatedProcessors,
    exitTime: assumedUs(6, 'an exit to user space and back on a processor of 2009', [4, 12]),
    driverTime: assumedUs(3, guestDriver, [1, 6]),
    slowdown: nestedPaging,
  },
  nfs: nfsOfLinux(2 * GiB),
  command: {
    fixedTime: {
      value: 120 * millisecond,
      unit: 'ns',
      status: 'calibration',
      source:
        "a process from fork to exit, 10 to 20 ms, and what its synchronous writes wait for the journal in the host's scheduler: CFQ keeps the drive for a program that has just been served for another 8 ms (slice_idle)",
      range: [10 * millisecond, 150 * millisecond],
      calibratedOn: 'irow12-fig9a-irow',
    },
  },
  benchmark: irowBenchmark,
  memory: consnapMemory,
};
