/** iROW 2012, Figures 2 and 14: first writes, before and just after a snapshot; and the worst cases of both systems after a snapshot. */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Row } from '../../results/rows.js';
import { loadLedger, type Measure } from '../claims/index.js';
import type { Chart, Figure } from './figure.js';
import { bandImageMB, clusters, irowIo, isMain, largeBlock, normalized, throughput } from './irow-io.js';
import { barsByCluster, seriesOf } from './irow-io-charts.js';
import { curveNames, overRaw } from './irow-io-curves.js';
import { pointTable } from './point-table.js';

const phase = 'first write';
const blockKB = largeBlock;
const defaultCluster = clusters.indexOf(64);

const measures: readonly Measure[] = [
  {
    claim: 'irow12-fig2',
    value: (rows) => overRaw(rows, ['qcow2', 'qcow2-s'], phase, blockKB),
    why: 'Before a snapshot the buffer of the drive hides most of what small clusters cost: of 4 to 16 KB the model loses a half to a third of what the paper does (see irow-qcow2-loss-15-45). After one, where each cluster is let go of by a write of its own (4 KB) the paper is met. Between, refcount blocks are read again and again while the arm writes out the buffer, 10 to 15 ms each, which is more than the paper leaves room for; and at 64 KB one block covers a disk of 1 GB and its snapshot, so that nothing is read again (with 4 GB it is, in eight pieces, and too slowly).',
  },
  {
    claim: 'irow12-fig14a-irow',
    value: (rows) => overRaw(rows, ['iROW', 'iROW-s'], phase, blockKB),
  },
  {
    claim: 'irow12-fig14b',
    value: (rows) => ({
      'iROW-COD': throughput(rows, { system: 'iROW-COD', phase: 'first read', blockKB, snapshot: true }),
      'qcow2-s': throughput(rows, { system: 'qcow2', phase, blockKB, snapshot: true }),
    }),
  },
  {
    claim: 'irow-first-write-ratio',
    why: 'With 64 KB it hangs on the size of the image, which the papers do not state: on 1 GB one refcount block covers old and new clusters and nothing is read again, and the two are alike; on 4 GB qcow2-s falls to a tenth of raw, and the ratio would be near 11. The loss of qcow2-s that the paper prints lies between.',
    value: (rows) =>
      throughput(rows, { system: 'iROW', phase, blockKB, snapshot: true })[defaultCluster]! /
      throughput(rows, { system: 'qcow2', phase, blockKB, snapshot: true })[defaultCluster]!,
  },
];

const paper = (system: string): readonly number[] =>
  (loadLedger().get('irow12-fig2', 'figure irow12-fig14').expected as Readonly<Record<string, readonly number[]>>)[system]!;

/** qcow2 over raw for both sizes of the image that were run: what the papers do not say. */
function sizeChart(rows: readonly Row[]): Chart {
  const first = rows.filter((row) => row['seed'] === 1);
  const groups = [
    { name: '1 GB', rows: first.filter(isMain) },
    { name: '4 GB', rows: first.filter((row) => row['imageMB'] === bandImageMB) },
  ];
  const panels = { qcow2: false, 'qcow2-s': true } as const;
  const drawn: LinePoint[] = Object.entries(panels).flatMap(([panel, snapshot]) =>
    groups.flatMap((group) =>
      normalized(group.rows, { system: 'qcow2', phase, blockKB, snapshot }).map((value, i) => ({
        series: group.name,
        panel,
        x: clusters[i]!,
        value,
        low: value,
        high: value,
        paper: group.name === '1 GB' ? paper(panel)[i]! : null,
      })),
    ),
  );
  return {
    name: 'image-size',
    title: 'First writes of qcow2, by size of the image',
    caption:
      'Throughput over raw of first writes in blocks of 1 MB, before a snapshot and just after one (-s), for images of 1 and 4 GB: the papers do not say how large theirs was. One seed. ' +
      'With more than 2 GB, one refcount block of 64 KB does not cover old and new clusters, and both are read again for every request.',
    spec: lines(
      {
        description: 'Throughput of first writes of qcow2 over raw by size of the clusters, for images of 1 and 4 GB',
        xTitle: 'Cluster (KB)',
        yTitle: 'Throughput over raw',
        series: groups.map(({ name }) => name),
        panels: Object.keys(panels),
        xLog: true,
        xTicks: clusters,
        width: 'page',
      },
      drawn,
    ),
    points: pointTable(drawn, ['series', 'panel', 'x', 'value', 'low', 'high', 'paper']),
  };
}

export const irow12Fig14: Figure = {
  paper: 'iROW',
  locus: 'Fig 2, 14(a,b)',
  about: 'first writes over raw by cluster size, before and just after a snapshot; worst cases: copy-on-demand, first write of qcow2',
  study: irowIo,
  charts: (rows) => [
    barsByCluster(rows, {
      name: 'first-write',
      title: 'First writes',
      caption:
        "Throughput of filling an image in order with blocks of 1 MB over that of a raw image (sparse, on the host's ext3), O_DIRECT, one request at a time; -s: just after a snapshot of a full image. " +
        'The published driver beside the iROW of the papers. With 95 % intervals over seeds.',
      measured: 'over raw',
      series: [
        ...seriesOf(curveNames, phase, blockKB, { qcow2: paper('qcow2'), 'qcow2-s': paper('qcow2-s') }),
        { name: 'iROW, driver-s', system: 'iROW, driver', phase, blockKB, snapshot: true },
      ],
    }),
    barsByCluster(rows, {
      name: 'worst',
      title: 'Worst cases after a snapshot',
      caption:
        'iROW with copy-on-demand, where the first operation after the snapshot reads, and qcow2, where it writes; blocks of 1 MB. With 95 % intervals over seeds.',
      measured: 'MB/s',
      series: [
        { name: 'iROW-COD', system: 'iROW-COD', phase: 'first read', blockKB, snapshot: true },
        ...seriesOf(['qcow2-s'], phase, blockKB),
      ],
    }),
    sizeChart(rows),
  ],
  claimRows: (rows) => rows.filter(isMain),
  measures,
};
