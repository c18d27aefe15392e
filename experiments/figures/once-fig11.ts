/** OnceCloud, Figure 11: mean response time of Iometer over the number of snapshots. */
import type { Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { chartOver, isFalling, overall, seriesOf } from './once-iometer-charts.js';
import { mainRows, onceIometer } from './once-iometer.js';

const column = 'responseMs';

const why =
  "The paper's axis implies 1.7 to 2.3 ms for each level of the chain. Here a level costs reads a bitmap of 512 bytes over the network from the server's memory, 0.25 ms, and most of the slow-down comes at once with the first snapshot: writes into new blocks change the chain's tables and the server's journal, each durable before the next. The server would have to keep less than 100 MiB of the files in memory to read bitmaps from its drive.";

const measures: readonly Measure[] = [
  {
    claim: 'once-fig11-xen',
    calibratedOn: 'once-fig11-axis',
    value: (rows) => ({ xenServer: seriesOf(rows, 'vhd-chain', column), onceCloud: seriesOf(rows, 'zfs', column) }),
    // As flat as Figure 9 is to be.
    holds: ({ xenServer, onceCloud }: { xenServer: readonly number[]; onceCloud: readonly number[] }) =>
      isFalling(xenServer.map((time) => -time)) && 1 / overall(onceCloud) >= 0.85,
  },
  { claim: 'once-fig11-axis', value: (rows) => Math.max(...seriesOf(rows, 'vhd-chain', column)), calibratedOn: 'once-fig11-axis', why },
  { claim: 'once-derived-slowdown', value: (rows) => overall(seriesOf(rows, 'vhd-chain', column)), calibratedOn: 'once-fig11-axis', why },
  {
    claim: 'once-identity-rt',
    /** The point that is farthest from 1000 ms a second. */
    value: (rows) =>
      rows
        .map((row) => (row['responseMs'] as number) * (row['iops'] as number))
        .reduce((farthest, product) => (Math.abs(product - 1000) > Math.abs(farthest - 1000) ? product : farthest)),
    bounds: { within: [950, 1050], from: '+-5 %' },
  },
];

export const onceFig11: Figure = {
  paper: 'OnceCloud',
  locus: 'Fig 11',
  about: 'Iometer with 0 to 8 snapshots over NFS: mean response time with a linked chain and with snapshots that are not linked',
  study: onceIometer,
  charts: (rows) => [chartOver(rows, { column, title: 'Iometer over NFS: response time', yTitle: 'Mean response time (ms)' })],
  claimRows: mainRows,
  measures,
};
