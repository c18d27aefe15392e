/** Writes traces as blkparse's text, which many tools of others read: each record as a queued request of device 8,0. */
import { sectorBytes } from '../../sim/units.js';
import { TraceOp } from '../batch.js';
import { decimal, rowWriter } from './row-writer.js';
import { everything } from './write-limits.js';

const lettersOf = ['R', 'W', 'FN', 'D'];

export const blkparseWriter = rowWriter({
  limits: { ...everything, unit: sectorBytes },
  row(time, op, offset, bytes, _since, number) {
    const place = op === TraceOp.FLUSH ? '' : ` ${offset / sectorBytes} + ${bytes / sectorBytes}`;
    const stamp = decimal(time, 1e9, 9).padStart(15);
    return `  8,0    0 ${String(number).padStart(8)} ${stamp}     0  Q ${lettersOf[op]!.padStart(3)}${place} [0]`;
  },
});
