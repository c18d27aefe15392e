/** iROW 2012, Figure 13: reads with blocks of 1 MB and of 4 KB; iROW keeps the cluster that it read last. */
import type { Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { clusters, irowIo, isMain, largeBlock, normalized, smallBlock, weight } from './irow-io.js';
import { barsByCluster, seriesOf } from './irow-io-charts.js';
import { curveNames, overRaw } from './irow-io-curves.js';

const phase = 'read';
const defaultCluster = clusters.indexOf(64);

const measures: readonly Measure[] = [
  {
    claim: 'irow12-fig13a',
    value: (rows) => overRaw(rows, ['iROW', 'qcow2', 'qcow2-s'], phase, largeBlock),
  },
  {
    claim: 'irow12-fig13b',
    value: (rows) => overRaw(rows, curveNames, phase, smallBlock),
  },
  {
    claim: 'irow-loss-10',
    calibratedOn: 'irow-loss-10',
    /** Points of loss between qcow2 and iROW, writes and reads of a full image in blocks of 1 MB with the default cluster. */
    value: (rows) => {
      const lead = (of: 'write' | 'read'): number =>
        normalized(rows, { system: 'iROW', phase: of, blockKB: largeBlock })[defaultCluster]! -
        normalized(rows, { system: 'qcow2', phase: of, blockKB: largeBlock })[defaultCluster]!;
      return 100 * (weight(rows, 'write') * lead('write') + weight(rows, 'read') * lead('read'));
    },
    why: 'It is the mean of both, which the abstract does not say: reads of qcow2 lose 19 points, as its clusters lie across the blocks of the host; writes lose less than one, as the buffer of the drive hides it.',
  },
];

export const irow12Fig13: Figure = {
  paper: 'iROW',
  locus: 'Fig 13(a,b)',
  about: 'sequential reads, over raw, by cluster size: blocks of 1 MB and 4 KB, before and after a snapshot',
  study: irowIo,
  charts: (rows) =>
    [largeBlock, smallBlock].map((blockKB) =>
      barsByCluster(rows, {
        name: `read-${blockKB}`,
        title: `Reads in blocks of ${blockKB === largeBlock ? '1 MB' : '4 KB'}`,
        caption:
          'Throughput of reading a full image in order over that of a raw image, O_DIRECT, one request at a time; -s: after a snapshot, since when all was written. ' +
          'iROW reads whole clusters and keeps the last one in memory. With 95 % intervals over seeds.',
        measured: 'over raw',
        series: seriesOf(curveNames, phase, blockKB),
      }),
    ),
  claimRows: (rows) => rows.filter(isMain),
  measures,
};
