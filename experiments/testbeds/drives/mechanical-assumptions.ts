/** What no data sheet of these drives says, assumed alike for all of them. */
import type { Parameter } from '../testbed.js';

/** Zones of equal width: drives of the years 2005 to 2010 have 10 to 30. */
export const zones: Parameter<number> = {
  value: 16,
  unit: 'zones',
  status: 'assumption',
  source: 'count within the usual 10 to 30; sectors a track fall evenly from the outer to the inner rate',
  range: [10, 30],
};

/** Read segments of the buffer; each is also the limit of reading ahead. */
export const segments: Parameter<number> = {
  value: 16,
  unit: 'segments',
  status: 'assumption',
  source: 'usual adaptive segmentation; read-ahead up to a segment, half the buffer for writes',
  range: [8, 32],
};

export const writesTakeSegments: Parameter<boolean> = {
  value: true,
  unit: '',
  status: 'assumption',
  source:
    'product manuals of SCSI and SAS drives of the class (Seagate, on caching write data): written data uses the same segments as read data, and is kept for later reads',
};

export const readAhead: Parameter<boolean> = {
  value: true,
  unit: '',
  status: 'assumption',
  source: 'factory setting of SCSI, SAS and SATA drives',
};
