/** iROW 2016, Figure 2: what qcow2 loses against raw by size of the clusters: first writes, and first writes after a snapshot. */
import type { Row } from '../../results/rows.js';
import type { Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { irowIo, isMain, largeBlock, normalized } from './irow-io.js';
import { barsByCluster, seriesOf } from './irow-io-charts.js';

const phase = 'first write';
const blockKB = largeBlock;

/** The smallest and the largest loss over sizes of clusters. */
function losses(rows: readonly Row[], snapshot: boolean): { min: number; max: number } {
  const all = normalized(rows, { system: 'qcow2', phase, blockKB, snapshot }).map((share) => 1 - share);
  return { min: Math.min(...all), max: Math.max(...all) };
}

const measures: readonly Measure[] = [
  {
    claim: 'irow-qcow2-loss-15-45',
    value: (rows) => losses(rows, false),
    why: 'The buffer of the drive takes the few sectors of tables while the arm writes data, so that they cost little more than their commands. A drive that had to write them at once would lose far more than the paper says.',
  },
  {
    claim: 'irow-qcow2s-loss-60-90',
    value: (rows) => losses(rows, true),
    why: 'The largest loss is met. The smallest is that of 64 KB, where the model reads no refcount block again on a disk of 1 GB; with 4 GB it does, and loses 91 %, more than the paper.',
  },
];

export const irow16Fig02: Figure = {
  paper: 'iROW',
  locus: '2016, Fig 2',
  about: 'what first writes of qcow2 lose against raw, by cluster size, before and just after a snapshot',
  study: irowIo,
  charts: (rows) => [
    barsByCluster(rows, {
      name: 'loss',
      title: 'First writes of qcow2',
      caption:
        'Throughput of first writes in blocks of 1 MB over that of a raw image, before (qcow2) and just after a snapshot (qcow2-s). With 95 % intervals over seeds. The paper gives the range of losses: 15 to 45 % and 60 to 90 %.',
      measured: 'over raw',
      series: seriesOf(['qcow2', 'qcow2-s'], phase, blockKB),
    }),
  ],
  claimRows: (rows) => rows.filter(isMain),
  measures,
};
