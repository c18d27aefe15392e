import { expect } from 'chai';
import fc from 'fast-check';
import { TraceOp, type TraceBatch, type TraceReader } from '../../../traces/batch.js';
import { touchedBeforeWritten } from '../../../experiments/trace-tools/touched.js';
import { InputError } from '../../../sim/errors.js';
import { anyRecords, type PlainRecord } from '../../traces/support/records.js';

const unit = 4096;

/** Hands out the records in batches of at most three. */
function readerOf(records: readonly PlainRecord[]): TraceReader {
  let next = 0;
  return {
    read(batch: TraceBatch): number {
      batch.size = 0;
      for (; next < records.length && batch.size < 3; next++) {
        const { time, op, offset, bytes } = records[next]!;
        batch.push(time, op, offset, bytes);
      }
      return batch.size;
    },
    close: () => undefined,
  };
}

const at = (op: TraceOp, firstUnit: number, units: number): PlainRecord => ({ time: 0, op, offset: firstUnit * unit, bytes: units * unit });

describe('what a trace reads before it writes', () => {
  it('is what a read reaches first, as ascending runs', () => {
    const { readFirst, readFirstBytes, highestEnd, footprintBytes } = touchedBeforeWritten(
      readerOf([
        at(TraceOp.READ, 10, 2),
        at(TraceOp.WRITE, 12, 4),
        at(TraceOp.READ, 8, 8),
        at(TraceOp.DISCARD, 100, 4),
        at(TraceOp.READ, 99, 3),
        at(TraceOp.READ, 2 ** 21 - 1, 2),
      ]),
    );
    expect(readFirst).to.deep.equal({ offset: [8, 99, 2 ** 21 - 1].map((x) => x * unit), bytes: [4, 1, 2].map((x) => x * unit) });
    expect(readFirstBytes).to.equal(7 * unit);
    expect(highestEnd).to.equal((2 ** 21 + 1) * unit);
    expect(footprintBytes).to.equal((8 + 3 + 2) * unit);
  });

  it('counts a unit of which a part is read, and one of which a part is written', () => {
    const part = (op: TraceOp, offset: number): PlainRecord => ({ time: 5, op, offset, bytes: 512 });
    const { readFirst, span, reads, writes } = touchedBeforeWritten(
      readerOf([part(TraceOp.READ, 512), part(TraceOp.WRITE, 8192), part(TraceOp.READ, 9000)]),
    );
    expect(readFirst).to.deep.equal({ offset: [0], bytes: [unit] });
    expect([span, reads, writes]).to.deep.equal([5, 2, 1]);
  });

  it('agrees with a plain set of units', () => {
    const near = anyRecords(60).map((records) =>
      records.map((record) => ({ ...record, offset: record.offset % 2 ** 22, bytes: record.bytes % 2 ** 16 })),
    );
    fc.assert(
      fc.property(near, (records) => {
        const seen = new Set<number>();
        const first = new Set<number>();
        for (const { op, offset, bytes } of records) {
          for (let u = Math.floor(offset / unit); u < Math.ceil((offset + bytes) / unit) && op !== TraceOp.FLUSH; u++) {
            if (!seen.has(u) && op === TraceOp.READ) first.add(u);
            seen.add(u);
          }
        }
        const { readFirst } = touchedBeforeWritten(readerOf(records));
        const units = readFirst.offset.flatMap((offset, i) =>
          Array.from({ length: readFirst.bytes[i]! / unit }, (_, k) => offset / unit + k),
        );
        expect(units).to.deep.equal([...first].sort((a, b) => a - b));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses a trace that touches more of a disk than memory can note', () => {
    const everywhere = Array.from({ length: 5000 }, (_, i) => at(TraceOp.READ, i * 2 ** 20, 1));
    expect(() => touchedBeforeWritten(readerOf(everywhere))).to.throw(InputError, /4096 parts/);
  });
});
