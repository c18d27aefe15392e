/** CSV whose columns the user names, scanned byte by byte: bulk traces make no string a line. Fields are not quoted. */
import { InputError } from '../../sim/errors.js';
import { opNames } from '../batch.js';
import { parseCsvMapping } from './csv-mapping.js';
import { readColumns } from './csv-stream.js';
import { headText } from './head-text.js';
import { rowWriter } from './row-writer.js';
import type { TraceFormat } from './trace-format.js';

const ownHeader = 'time_ns,op,offset_bytes,bytes';
const ownMapping = 'time=1:ns,op=2,offset=3,bytes=4,header=1';

export const csv: TraceFormat = {
  about:
    'CSV with named columns: --csv time=2:us,op=4,offset=5:sectors,bytes=6:sectors[,response=7:us][,device=1][,header=1 if the first line names columns][,delimiter=tab]',
  uses: ['csv', 'device', 'skipBad'],
  recognises: (head) => isOwn(head),
  open(input, options) {
    if (options.csv === undefined && !isOwn(input.head(ownHeader.length))) {
      throw new InputError(
        input.source.path,
        'a CSV file whose columns are not known',
        'its columns, as in --csv time=1:s,op=2,offset=3,bytes=4',
      );
    }
    const mapping = parseCsvMapping(options.csv ?? ownMapping);
    if (options.device !== undefined && mapping.device === null) {
      throw new InputError('--device', options.device, 'also the column that names the disk, as in --csv device=3,...');
    }
    return readColumns(input, mapping, options);
  },
  writes: rowWriter({ header: ownHeader, row: (time, op, offset, bytes) => `${time},${opNames[op]},${offset},${bytes}` }),
};

const isOwn = (head: Uint8Array): boolean => headText(head).startsWith(ownHeader);
