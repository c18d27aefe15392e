/** Fujitsu MAY2073RC: 2.5-inch SAS, 73.5 GB, 10,025 rpm. Its specification table was not seen: seeks and tracks come from a drive of the same class. */
import type { Parameter } from '../testbed.js';
import { diskFile, type DiskNumbers } from './disk-file.js';
import { readAhead, segments, writesTakeSegments, zones } from './mechanical-assumptions.js';

const peer = 'Seagate Savvio 10K.1 ST973401SS product manual rev D p11 (73.4 GB, 4 heads, 10k rpm, 2.5-inch SAS): same class';
const fromPeer = (value: number, unit: string, range: readonly [number, number]): Parameter<number> => ({
  value,
  unit,
  status: 'assumption',
  source: peer,
  range,
});

export const may2073rcNumbers: DiskNumbers = {
  capacitySectors: {
    value: 143_638_992,
    unit: 'sectors',
    status: 'published',
    source: 'Fujitsu MAX3073RC/MAW3073 manuals, same capacity class (73.5 GB); the table of the MAY2073RC itself was not seen',
  },
  heads: { value: 4, unit: 'heads', status: 'assumption', source: peer },
  rpm: { value: 10_025, unit: 'rpm', status: 'assumption', source: 'Fujitsu 10k family (MAP3735NC)', range: [10_000, 10_025] },
  zones,
  outerRateMBs: {
    value: 75,
    unit: 'MB/s',
    status: 'assumption',
    source: `${peer}; 360,000 bytes a track on average make 60 MB/s, and with these rates 51,052 tracks a surface`,
    range: [65, 85],
  },
  innerRateMBs: { value: 45, unit: 'MB/s', status: 'assumption', source: 'as outerRateMBs', range: [40, 50] },
  seekTrackToTrackMs: fromPeer(0.2, 'ms', [0.2, 0.4]),
  seekAverageReadMs: fromPeer(4.0, 'ms', [3.8, 4.5]),
  seekAverageWriteMs: fromPeer(4.4, 'ms', [4.2, 5.0]),
  seekFullStrokeReadMs: fromPeer(8.1, 'ms', [8.0, 10.0]),
  headSwitchMs: { value: 0.2, unit: 'ms', status: 'assumption', source: 'as long as a track-to-track seek', range: [0.2, 0.8] },
  controllerOverheadMs: {
    value: 0.2,
    unit: 'ms',
    status: 'published',
    source: `${peer}; access with controller overhead 4.2/4.6 ms against 4.0/4.4 ms`,
  },
  linkRateMBs: { value: 300, unit: 'MB/s', status: 'published', source: 'SAS 3 Gb/s with 8b/10b coding; manual C141-E230-01EN' },
  bufferMB: { value: 8, unit: 'MB', status: 'assumption', source: 'usual for the class', range: [8, 16] },
  segments,
  readAhead,
  writesTakeSegments,
  writeCache: {
    value: false,
    unit: '',
    status: 'assumption',
    source: 'enterprise SAS drives ship with it disabled; durability of direct I/O needs it so',
  },
};

export const may2073rc = diskFile('MAY2073RC', 'Fujitsu MAY2073RC, 73.5 GB SAS, 10,025 rpm, write cache off', may2073rcNumbers);
