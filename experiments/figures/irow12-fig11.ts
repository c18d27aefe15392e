/** iROW 2012, Figure 11: time to delete a snapshot, by the size of the disk and by the size of clusters. */
import type { Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { at, irowOperations, onCommandTime, operationCharts, timesOf } from './irow-operations.js';

const measures: readonly Measure[] = [
  {
    claim: 'irow12-fig11a',
    value: (rows) => ({
      iROW: timesOf(rows, 'size', 'iROW', 'delete'),
      qcow2: at(timesOf(rows, 'size', 'qcow2', 'delete'), ['4', '20', '50']),
    }),
  },
  { claim: 'irow12-fig11b-qcow2', value: (rows) => timesOf(rows, 'cluster', 'qcow2', 'delete') },
];

export const irow12Fig11: Figure = {
  paper: 'iROW',
  locus: 'Fig 11(a,b)',
  about: 'time to delete a snapshot by disk size and by cluster size: qcow2, iROW that merges, its driver that marks',
  study: irowOperations,
  charts: (rows) => operationCharts(rows, { operation: 'delete', title: 'Snapshot deletion' }),
  claimRows: (rows) => rows,
  measures: onCommandTime(measures),
};
