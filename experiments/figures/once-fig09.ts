/** OnceCloud, Figure 9: I/Os a second of Iometer over the number of snapshots. */
import type { Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { bandsOver, chartOver, isFalling, overall, seriesOf } from './once-iometer-charts.js';
import { mainRows, onceIometer } from './once-iometer.js';

const drawn = { column: 'iops', title: 'Iometer over NFS: I/Os a second', yTitle: 'I/Os a second' } as const;

const measures: readonly Measure[] = [
  { claim: 'once-fig9-xen', value: (rows) => seriesOf(rows, 'vhd-chain', 'iops'), holds: isFalling, calibratedOn: 'once-fig11-axis' },
  {
    claim: 'once-fig9-once',
    value: (rows) => overall(seriesOf(rows, 'zfs', 'iops')),
    bounds: { within: [0.85, Infinity], from: '>= 0.85' },
    calibratedOn: 'once-fig11-axis',
    why: 'Measured with ZFS, which writes to new places whether there are snapshots or not; OCFS2 writes in place until the first snapshot, loses more than half then, and is flat from there on.',
  },
  {
    claim: 'once-fig9-axis',
    value: (rows) => Math.max(...seriesOf(rows, 'vhd-chain', 'iops'), ...seriesOf(rows, 'zfs', 'iops')),
    calibratedOn: 'once-fig11-axis',
    why: "Under-determined: what the server keeps in memory of the file decides it (143 to 594 over 64 MiB to 2 GiB), and the paper says nothing of the server's memory for files.",
  },
];

export const onceFig09: Figure = {
  paper: 'OnceCloud',
  locus: 'Fig 9',
  about: 'Iometer with 0 to 8 snapshots over NFS: I/Os a second of a linked chain and of snapshots that are not linked',
  study: onceIometer,
  charts: (rows) => [chartOver(rows, drawn), ...bandsOver(rows, drawn)],
  claimRows: mainRows,
  measures,
};
