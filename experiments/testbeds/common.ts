/** Parameters that several test-beds share: of Linux as it was, and of what no paper states. */
import { GiB, KiB, MiB, microsecond, second, type Bytes } from '../../sim/units.js';
import type { NfsParameters, Parameter, TestBed } from './testbed.js';

/** A time that no paper states; the numbers are microseconds. */
export const assumedUs = (value: number, source: string, range: readonly [number, number]): Parameter<number> => ({
  value: value * microsecond,
  unit: 'ns',
  status: 'assumption',
  source,
  range: [range[0] * microsecond, range[1] * microsecond],
});

/** Requests that QEMU 0.12 has in flight at most. */
export const slotsOfQemu012: Parameter<number> = {
  value: 64,
  unit: 'requests',
  status: 'published',
  source: 'threads of the pool that QEMU 0.12 does asynchronous I/O with (posix-aio-compat.c)',
};

/** Processors of a virtual machine, and what their work is slowed by. */
export const unstatedProcessors: Parameter<number> = { value: 1, unit: '', status: 'assumption', source: 'unstated', range: [1, 4] };
export const nestedPaging: Parameter<number> = {
  value: 1.05,
  unit: '1',
  status: 'assumption',
  source: 'nested page tables',
  range: [1.01, 1.15],
};

/** Of the guest's driver. */
export const guestDriver = 'block layer and driver of the guest for a request';

export const gigabitEthernet: TestBed['network'] = {
  roundTrip: assumedUs(150, 'switched Gigabit Ethernet', [100, 300]),
  rate: { value: 117.5e6, unit: 'B/s', status: 'derived', source: 'Gigabit Ethernet with frames of 1500 B: 1448 of 1538 B are payload' },
};

/** An NFS client of Linux 2.6.32. */
const nfsClientOfLinux: Pick<NfsParameters, 'calls' | 'openCalls' | 'attributeAge'> = {
  calls: { value: 16, unit: 'calls', status: 'published', source: 'sunrpc.tcp_slot_table_entries of Linux 2.6.32', range: [2, 128] },
  openCalls: { value: 3, unit: 'calls', status: 'derived', source: 'LOOKUP, ACCESS and GETATTR', range: [1, 5] },
  attributeAge: { value: 3 * second, unit: 'ns', status: 'published', source: 'acregmin of nfs(5)', range: [3 * second, 60 * second] },
};

/** What an NFS server of Linux 2.6.32 does with its files: its block layer, its memory for pages, ext3 without barriers. */
const nfsStoreOfLinux: Pick<NfsParameters, 'processors' | 'readAhead' | 'largestIo' | 'dirtyShare' | 'dirtyAge' | 'flushesDrive'> = {
  processors: {
    value: 4,
    unit: 'processors',
    status: 'assumption',
    source: 'two sockets with two cores each in the blades of the time',
    range: [2, 8],
  },
  readAhead: { value: 128 * KiB, unit: 'B', status: 'published', source: 'read_ahead_kb', range: [128 * KiB, MiB] },
  largestIo: { value: 512 * KiB, unit: 'B', status: 'published', source: 'max_sectors_kb', range: [128 * KiB, 512 * KiB] },
  dirtyShare: { value: 0.1, unit: '1', status: 'published', source: 'dirty_background_ratio', range: [0.05, 0.2] },
  dirtyAge: { value: 30 * second, unit: 'ns', status: 'published', source: 'dirty_expire_centisecs', range: [5 * second, 30 * second] },
  flushesDrive: {
    value: false,
    unit: '',
    status: 'published',
    source: 'ext3 is mounted without barriers by default',
    range: [false, true],
  },
};

/** An NFS server (version 3 over TCP) of Linux 2.6.32 with this much memory for its pages. */
export const nfsOfLinux = (cache: Bytes): NfsParameters => ({
  threads: { value: 8, unit: 'threads', status: 'published', source: 'default of nfsd (RPCNFSDCOUNT)', range: [8, 64] },
  callTime: assumedUs(20, 'a core serves 20,000 to 100,000 small calls a second', [10, 50]),
  byteTime: { value: 1, unit: 'ns', status: 'assumption', source: 'copies and checksums: 0.3 to 3 GB/s a core', range: [0.33, 3] },
  cache: { value: cache, unit: 'B', status: 'assumption', source: 'half of the memory of such a server', range: [cache / 4, cache * 2] },
  transfer: {
    value: MiB,
    unit: 'B',
    status: 'published',
    source: 'Linux 2.6.32 negotiates READ and WRITE calls of up to 1 MiB; older ones 32 KiB',
    range: [32 * KiB, MiB],
  },
  ...nfsClientOfLinux,
  ...nfsStoreOfLinux,
});

/** Memory of a host that is left for pages of files. */
export const hostCacheOf = (value: Bytes, source: string): TestBed['hostCache'] => ({
  value,
  unit: 'B',
  status: 'assumption',
  source,
  range: [value / 2, Math.max(value * 2, GiB)],
});
