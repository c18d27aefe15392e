/** iROW 2016, Figure 1: time to create a snapshot of a qcow2 disk, which grows with the disk. */
import type { Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { printedTimes, straightLine } from './irow12-fig09.js';
import { irowOperations, onCommandTime, operationCharts, timesOf } from './irow-operations.js';

const measures: readonly Measure[] = [
  {
    claim: 'irow-qcow2-create-linear',
    value: (rows) => straightLine(timesOf(rows, 'size', 'qcow2', 'create')),
    holds: ({ rSquared, interceptShare }: { rSquared: number; interceptShare: number }) =>
      rSquared > 0.97 && Math.abs(interceptShare) < 0.2,
  },
];

export const irow16Fig01: Figure = {
  paper: 'iROW',
  locus: '2016, Fig 1',
  about: 'time to create a snapshot of a qcow2 disk of 4 to 50 GB',
  study: irowOperations,
  charts: (rows) =>
    operationCharts(rows, {
      operation: 'create',
      title: 'Snapshot creation with qcow2',
      paper: { qcow2: printedTimes() },
      series: ['qcow2'],
    }).slice(0, 1),
  claimRows: (rows) => rows,
  measures: onCommandTime(measures),
};
