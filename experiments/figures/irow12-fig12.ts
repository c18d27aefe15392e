/** iROW 2012, Figure 12: writes that are not first writes, with blocks of 1 MB and of 4 KB. */
import { loadLedger, type Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { irowIo, isMain, largeBlock, smallBlock } from './irow-io.js';
import { barsByCluster, seriesOf } from './irow-io-charts.js';
import { curveNames, overRaw } from './irow-io-curves.js';

const phase = 'write';

const measures: readonly Measure[] = [
  {
    claim: 'irow12-fig12a-qcow2',
    value: (rows) => overRaw(rows, ['qcow2'], phase, largeBlock),
    why: 'With clusters of 4 KB an L2 table is read for every 2 MB written, and costs what the paper sees; with 8 to 64 KB it is read four to 256 times less often, so the loss vanishes here, while it falls by a third at each step in the paper: it pays for something once a request that the driver does not do to clusters that it overwrites.',
  },
  {
    claim: 'irow12-fig12a-rest',
    value: (rows) => overRaw(rows, ['iROW', 'iROW-s', 'qcow2-s'], phase, largeBlock),
  },
  {
    claim: 'irow12-fig12b',
    value: (rows) => overRaw(rows, curveNames, phase, smallBlock),
  },
];

const paper = (): readonly number[] =>
  (loadLedger().get('irow12-fig12a-qcow2', 'figure irow12-fig12').expected as Readonly<Record<string, readonly number[]>>)['qcow2']!;

export const irow12Fig12: Figure = {
  paper: 'iROW',
  locus: 'Fig 12(a,b)',
  about: 'sequential writes that are not first writes, over raw, by cluster size: blocks of 1 MB and 4 KB, before and after a snapshot',
  study: irowIo,
  charts: (rows) =>
    [largeBlock, smallBlock].map((blockKB) =>
      barsByCluster(rows, {
        name: `write-${blockKB}`,
        title: `Writes in blocks of ${blockKB === largeBlock ? '1 MB' : '4 KB'}`,
        caption:
          'Throughput of writing a full image in order over that of a raw image, O_DIRECT, one request at a time; -s: after a snapshot, whose clusters were written once since. With 95 % intervals over seeds.',
        measured: 'over raw',
        series: seriesOf(curveNames, phase, blockKB, blockKB === largeBlock ? { qcow2: paper() } : {}),
      }),
    ),
  claimRows: (rows) => rows.filter(isMain),
  measures,
};
