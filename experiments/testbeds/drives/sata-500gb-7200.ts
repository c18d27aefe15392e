/** A 500 GB SATA desktop drive of 7200 rpm, as shipped about 2009 (Seagate ST3500418AS, WD5000AAKS, Hitachi HDS721050CLA362). */
import { diskFile, type DiskNumbers } from './disk-file.js';
import { readAhead, segments, writesTakeSegments, zones } from './mechanical-assumptions.js';

const numbers: DiskNumbers = {
  capacitySectors: { value: 976_773_168, unit: 'sectors', status: 'published', source: 'IDEMA capacity of 500 GB drives' },
  heads: { value: 2, unit: 'heads', status: 'assumption', source: 'Seagate 7200.12: 500 GB on one platter', range: [2, 4] },
  rpm: { value: 7200, unit: 'rpm', status: 'published', source: 'the class' },
  zones,
  outerRateMBs: {
    value: 152,
    unit: 'MB/s',
    status: 'derived',
    source:
      'Seagate 7200.12 500 GB: reviews read 120 to 130 MB/s on the outer tracks (125, range 85 to 135); track switches of 1.8 of 8.33 ms added back; the maker states up to 160',
    range: [103, 164],
  },
  innerRateMBs: {
    value: 73,
    unit: 'MB/s',
    status: 'derived',
    source: 'half of the outer rate: 60 MB/s read in sequence (range 45 to 70), track switches added back',
    range: [55, 85],
  },
  seekTrackToTrackMs: { value: 0.8, unit: 'ms', status: 'assumption', source: 'the class', range: [0.6, 1.2] },
  seekAverageReadMs: { value: 8.5, unit: 'ms', status: 'assumption', source: 'Seagate Barracuda class', range: [8.0, 9.5] },
  seekAverageWriteMs: { value: 9.5, unit: 'ms', status: 'assumption', source: 'Seagate 7200.12 data sheet', range: [8.5, 10.5] },
  seekFullStrokeReadMs: { value: 17, unit: 'ms', status: 'assumption', source: 'the class (Constellation.2: 17.1 ms)', range: [15, 21] },
  headSwitchMs: { value: 0.8, unit: 'ms', status: 'assumption', source: 'as long as a track-to-track seek', range: [0.6, 1.2] },
  controllerOverheadMs: {
    value: 0.2,
    unit: 'ms',
    status: 'assumption',
    source: 'lower end of a small cached write, which takes 0.2 to 0.6 ms',
    range: [0.1, 0.4],
  },
  linkRateMBs: { value: 300, unit: 'MB/s', status: 'published', source: 'SATA 3 Gb/s with 8b/10b coding' },
  bufferMB: { value: 16, unit: 'MB', status: 'assumption', source: 'Seagate 7200.12' },
  segments,
  readAhead,
  writesTakeSegments,
  writeCache: { value: true, unit: '', status: 'derived', source: 'desktop SATA drives ship with it enabled' },
};

export const sata500gb7200 = diskFile('SATA-500GB-7200', 'a 500 GB SATA desktop drive, 7200 rpm, write cache on', numbers);
