/** iROW 2012, Figure 10: time to roll back to a snapshot, by the size of the disk and by the size of clusters. */
import type { Measure } from '../claims/index.js';
import type { Figure } from './figure.js';
import { irowOperations, onCommandTime, operationCharts, timesOf } from './irow-operations.js';

const measures: readonly Measure[] = [
  { claim: 'irow12-fig10a-qcow2', value: (rows) => timesOf(rows, 'size', 'qcow2', 'rollback') },
  {
    claim: 'irow12-fig10a-irow',
    value: (rows) => {
      const times = Object.values(timesOf(rows, 'size', 'iROW', 'rollback'));
      return { min: Math.min(...times), max: Math.max(...times) };
    },
  },
  { claim: 'irow12-fig10b-qcow2', value: (rows) => timesOf(rows, 'cluster', 'qcow2', 'rollback') },
];

export const irow12Fig10: Figure = {
  paper: 'iROW',
  locus: 'Fig 10(a,b)',
  about: 'time to roll back to a snapshot by disk size and by cluster size: qcow2, iROW',
  study: irowOperations,
  charts: (rows) => operationCharts(rows, { operation: 'rollback', title: 'Rollback' }),
  claimRows: (rows) => rows,
  measures: onCommandTime(measures),
};
