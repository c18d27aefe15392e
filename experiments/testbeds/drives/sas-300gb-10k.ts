/** A 300 GB SAS drive of a blade server about 2010: 2.5-inch, 10,000 rpm. The paper names none; the numbers are those of its class. */
import type { Parameter } from '../testbed.js';
import { diskFile, type DiskNumbers } from './disk-file.js';
import { may2073rcNumbers } from './may2073rc.js';
import { readAhead, segments, writesTakeSegments, zones } from './mechanical-assumptions.js';

/** Seeks of the class changed little while capacities grew. */
const fromSmaller = (number: Parameter<number>): Parameter<number> => ({
  ...number,
  status: 'assumption',
  source: `10k rpm 2.5-inch SAS class, as the 73 GB drive: ${number.source}`,
});

const numbers: DiskNumbers = {
  capacitySectors: { value: 586_072_368, unit: 'sectors', status: 'derived', source: 'IDEMA capacity formula for 300 GB' },
  heads: { value: 4, unit: 'heads', status: 'assumption', source: 'two platters, the class', range: [2, 8] },
  rpm: { value: 10_000, unit: 'rpm', status: 'assumption', source: 'SAS 300 GB class is 10k to 15k', range: [10_000, 15_000] },
  zones,
  outerRateMBs: { value: 125, unit: 'MB/s', status: 'assumption', source: 'the class about 2010', range: [110, 150] },
  innerRateMBs: {
    value: 75,
    unit: 'MB/s',
    status: 'assumption',
    source: 'six tenths of the outer rate, as the 73 GB drive',
    range: [65, 90],
  },
  seekTrackToTrackMs: fromSmaller(may2073rcNumbers.seekTrackToTrackMs),
  seekAverageReadMs: fromSmaller(may2073rcNumbers.seekAverageReadMs),
  seekAverageWriteMs: fromSmaller(may2073rcNumbers.seekAverageWriteMs),
  seekFullStrokeReadMs: fromSmaller(may2073rcNumbers.seekFullStrokeReadMs),
  headSwitchMs: fromSmaller(may2073rcNumbers.headSwitchMs),
  controllerOverheadMs: fromSmaller(may2073rcNumbers.controllerOverheadMs),
  linkRateMBs: { value: 600, unit: 'MB/s', status: 'assumption', source: 'SAS 6 Gb/s with 8b/10b coding', range: [300, 600] },
  bufferMB: { value: 16, unit: 'MB', status: 'assumption', source: 'the class about 2010', range: [8, 64] },
  segments,
  readAhead,
  writesTakeSegments,
  writeCache: { value: false, unit: '', status: 'assumption', source: 'enterprise SAS drives ship with it disabled' },
};

export const sas300gb10k = diskFile('SAS-300GB-10K', 'a 300 GB SAS drive, 10,000 rpm, write cache off', numbers);
