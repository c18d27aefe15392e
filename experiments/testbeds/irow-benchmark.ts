/** How the iROW papers' benchmark is read where they sum it up: an input that they do not state. */
import type { BenchmarkParameters } from './testbed.js';

export const irowBenchmark: BenchmarkParameters = {
  writeShare: {
    value: 0.5,
    unit: '1',
    status: 'calibration',
    source:
      'the abstract of iROW 2012 says "typically" of a loss, and not whether of writes or of reads: the mean of both, chosen with the two numbers in view',
    range: [0, 1],
    calibratedOn: 'irow-loss-10',
  },
};
