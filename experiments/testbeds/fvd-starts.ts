/** What Figures 1, 12, 13 and 14 of the FVD paper leave open. What was chosen with a result of the paper in view is a calibration on it; its range is what could have been chosen. */
import { GiB, MiB, microsecond, second } from '../../sim/units.js';
import type { StartParameters } from './starts.js';

export const fvdStarts: StartParameters = {
  read: {
    value: 9 * MiB,
    unit: 'B',
    status: 'calibration',
    source: 'unstated; with it FVD saves in a boot, in blocks of 64 KiB, about what the paper says',
    range: [6 * MiB, 14 * MiB],
    calibratedOn: 'fvd-fig12-30MB',
  },
  together: {
    value: 4,
    unit: 'files',
    status: 'assumption',
    source: 'unstated; in the middle of what files of a package make likely',
    range: [1, 16],
  },
  compute: {
    value: 12 * second,
    unit: 'ns',
    status: 'assumption',
    source: 'unstated: Linux of 2009 on a processor of 2006',
    range: [8 * second, 20 * second],
  },
  server: {
    value: 'cold',
    unit: '',
    status: 'assumption',
    source: 'unstated; a server that many templates share has little of one in its memory, one that served it just before has all',
    range: ['cold', 'warm'],
  },
  prefetchUpper: { value: 45e6, unit: 'B/s', status: 'assumption', source: 'unstated', range: [30e6, 60e6] },
  prefetchWindow: {
    value: 12,
    unit: 'reads',
    status: 'calibration',
    source:
      'unstated; with reads of 1 MiB 0.3 s at the upper limit and 0.6 s at the lower, where the driver that was published in 2011 averages over about 0.45 s; chosen among such values with the figure in view',
    range: [6, 24],
    calibratedOn: 'fvd-fig14-sequence',
  },
  longestPause: {
    value: 10 * second,
    unit: 'ns',
    status: 'assumption',
    source: 'unstated; the figure shows none above 15 s',
    range: [5 * second, 15 * second],
  },
  prefetched: {
    value: 4 * GiB,
    unit: 'B',
    status: 'assumption',
    source: 'unstated; large enough to outlast the contention',
    range: [4 * GiB, 5 * GiB],
  },
  applicationCompute: {
    value: 35 * second,
    unit: 'ns',
    status: 'calibration',
    source: 'unstated; the second start with FVD, which reads nothing from the server, is little else',
    range: [30 * second, 40 * second],
    calibratedOn: 'fvd-fig13-was-42.1',
  },
  applicationRead: {
    value: 34 * MiB,
    unit: 'B',
    status: 'calibration',
    source: 'unstated; with it the first start with FVD waits for the server as long as the paper says, the processor time being set',
    range: [20 * MiB, 60 * MiB],
    calibratedOn: 'fvd-fig13-was-51.0',
  },
  lookingTime: {
    value: 991,
    unit: 'ns',
    status: 'calibration',
    source: 'unstated, for a KiB; about 1 GB a second in memory, as a loop over words of a processor of 2006 does',
    range: [0.5 * microsecond, 2 * microsecond],
    calibratedOn: 'fvd-s336-scan-rate',
  },
  contenderFiles: {
    value: 11_000,
    unit: 'files',
    status: 'calibration',
    source: 'unstated; as contenderTransactions',
    range: [8000, 14_000],
    calibratedOn: 'fvd-fig14-sequence',
  },
  contenderTransactions: {
    value: 6500,
    unit: 'transactions',
    status: 'calibration',
    source: 'unstated; with so many PostMark ends near the second that the paper gives, about a minute after it began',
    range: [5000, 8000],
    calibratedOn: 'fvd-fig14-sequence',
  },
};
