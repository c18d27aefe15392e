/** Memory snapshots on the Dell Precision T1500: what the ConSnap paper states of it, and what its processor and its QEMU are taken to cost. */
import { GiB, KiB, microsecond, millisecond } from '../../sim/units.js';
import type { MemoryParameters } from './memory.js';
import type { Parameter } from './testbed.js';

const assumed = (value: number, source: string, low: number, high: number): Parameter<number> => ({
  value,
  unit: 'ns',
  status: 'assumption',
  source,
  range: [low, high],
});

const calibrated = (value: number, source: string, low: number, high: number, claim: string): Parameter<number> => ({
  value,
  unit: 'ns',
  status: 'calibration',
  source,
  range: [low, high],
  calibratedOn: claim,
});

export const consnapMemory: MemoryParameters = {
  size: { value: 2 * GiB, unit: 'B', status: 'stated', source: 'ConSnap 2014, section IV.A' },
  costs: {
    fault: assumed(2 * microsecond, 'an EPT violation handled in the kernel: exit, lock, entry changed', microsecond, 3 * microsecond),
    exit: assumed(6 * microsecond, 'return of ioctl(KVM_RUN), handler, and back', 4 * microsecond, 12 * microsecond),
    pageCopy: assumed(microsecond, '4 KiB at 4 GB/s, cold', 0.5 * microsecond, 1.5 * microsecond),
    protectPage: assumed(29, '524,288 entries in 15 ms, flush of the translations included', 10, 48),
    protectLargePage: assumed(60, 'one entry in place of 512', 20, 100),
    splitLargePage: assumed(10 * microsecond, 'a table of 512 entries allocated and filled', 5 * microsecond, 20 * microsecond),
    bitmapScan: assumed(400, '64 KiB of bitmap for 2 GB in 0.2 ms', 100, 1000),
    logFull: assumed(3 * microsecond, 'an exit and 512 entries read; not on this processor', microsecond, 6 * microsecond),
    deviceState: calibrated(8 * millisecond, 'what remains of the 36 ms', 2 * millisecond, 15 * millisecond, 'consnap-downtime-36ms'),
    diskSnapshot: calibrated(
      12 * millisecond,
      'iROW: two files created in the page cache',
      5 * millisecond,
      20 * millisecond,
      'consnap-downtime-36ms',
    ),
    stopAndCopy: calibrated(
      284 * millisecond,
      '15 % of 2 s are 0.30 s, of which 16 ms are protection and bitmap',
      264 * millisecond,
      304 * millisecond,
      'consnap-fig10-2s',
    ),
    userFault: assumed(12 * microsecond, 'a message by a descriptor, two switches of threads', 8 * microsecond, 25 * microsecond),
    stop: assumed(millisecond / 2, 'signals to the threads of the processors, and back', millisecond / 10, 2 * millisecond),
  },
  protectsAllAgain: {
    value: true,
    unit: '',
    status: 'published',
    source: 'KVM in Linux 2.6.32 removes write access from the whole slot each time that its dirty log is taken',
  },
  marksZeroPages: {
    value: false,
    unit: '',
    status: 'derived',
    source: 'ConSnap 2014, section IV.B: the size of a full snapshot is that of the memory, for an idle guest too',
  },
  fileRate: {
    value: 80e6,
    unit: 'B/s',
    status: 'stated',
    source: 'ConSnap 2014, section IV.C: the highest speed of file writing of the host, in theory',
  },
  cacheRate: { value: 1e9, unit: 'B/s', status: 'assumption', source: 'write(2) into the page cache, pages cleared', range: [0.5e9, 2e9] },
  dirtyLimit: {
    value: 0.55e9,
    unit: 'B',
    status: 'assumption',
    source: 'vm.dirty_ratio of 20 % of the memory that is neither free nor the guest',
    range: [0.3e9, 0.8e9],
  },
  backgroundLimit: {
    value: 0.2e9,
    unit: 'B',
    status: 'derived',
    source: 'vm.dirty_background_ratio of 10 % of the memory that is neither free nor the guest',
    range: [0.1e9, 0.4e9],
  },
  writeBack: { value: 512 * KiB, unit: 'B', status: 'published', source: 'max_sectors_kb of Linux 2.6.32' },
  writeBackDepth: {
    value: 16,
    unit: 'requests',
    status: 'assumption',
    source: "of the host's queue of 128 requests, what one file's writing back holds",
    range: [1, 64],
  },
  diskRequests: {
    value: 2,
    unit: 'requests',
    status: 'assumption',
    source: 'unstated: 1 with the IDE disk that QEMU 0.12 gives by default, tens with virtio',
    range: [1, 32],
  },
  fileStart: {
    value: 80 * GiB,
    unit: 'B',
    status: 'assumption',
    source: "unstated: behind the guest's image on the host's file system",
    range: [20 * GiB, 200 * GiB],
  },
  networkRate: { value: 11e6, unit: 'B/s', status: 'assumption', source: 'unstated; 100 Mbit/s network or client', range: [9e6, 60e6] },
  networkWindow: { value: 256 * KiB, unit: 'B', status: 'assumption', source: 'socket buffers', range: [64 * KiB, 1024 * KiB] },
};
