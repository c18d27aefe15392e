/** Columns that several kinds of study have. */
import type { MetricColumn } from './study.js';

export const fingerprintColumn: MetricColumn = {
  name: 'fingerprint',
  unit: '',
  about: 'Tells whether two runs were the same',
  better: null,
};

/** Of studies of a steady state; what carries a run out fills it in. */
export const warmUpColumn: MetricColumn = {
  name: 'warmUp',
  unit: '1',
  about: 'Requests at the beginning of the run that were left out',
  better: null,
};
