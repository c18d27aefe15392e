/** OnceCloud, Figure 10: throughput of Iometer over the number of snapshots. */
import type { Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { chartOver, isFalling, overall, seriesOf } from './once-iometer-charts.js';
import { mainRows, onceIometer, requestBytes } from './once-iometer.js';
import { MiB } from '../../sim/units.js';

const column = 'throughputMBs';

const measures: readonly Measure[] = [
  {
    claim: 'once-fig10-xen',
    calibratedOn: 'once-fig11-axis',
    value: (rows) => ({ xenServer: seriesOf(rows, 'vhd-chain', column), onceCloud: seriesOf(rows, 'zfs', column) }),
    // As flat as Figure 9 is to be.
    holds: ({ xenServer, onceCloud }: { xenServer: readonly number[]; onceCloud: readonly number[] }) =>
      isFalling(xenServer) && overall(onceCloud) >= 0.85,
  },
  {
    claim: 'once-fig10-axis',
    value: (rows) => Math.max(...seriesOf(rows, 'vhd-chain', column), ...seriesOf(rows, 'zfs', column)),
    calibratedOn: 'once-fig11-axis',
    why: 'Figure 9 in other units: see once-fig9-axis.',
  },
  {
    claim: 'once-identity-mbs',
    /** The largest relative difference over all points. */
    value: (rows) =>
      Math.max(...rows.map((row) => Math.abs((row['throughputMBs'] as number) / (((row['iops'] as number) * requestBytes) / MiB) - 1))),
    holds: (difference: number) => difference < 1e-9,
  },
];

export const onceFig10: Figure = {
  paper: 'OnceCloud',
  locus: 'Fig 10',
  about: 'Iometer with 0 to 8 snapshots over NFS: throughput of a linked chain and of snapshots that are not linked',
  study: onceIometer,
  charts: (rows) => [chartOver(rows, { column, title: 'Iometer over NFS: throughput', yTitle: 'Throughput (MiB/s)' })],
  claimRows: mainRows,
  measures,
};
