import { expect } from 'chai';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { TraceOp } from '../../../traces/batch.js';
import { openTraceNamed, traceFormats } from '../../../traces/formats/index.js';
import { encodeRecords } from '../support/blktrace-encoder.js';
import { anyRecords, readTrace, scratchFolder, writeTrace, type PlainRecord } from '../support/records.js';

const writable = [...traceFormats].filter(([, format]) => format.create !== undefined).map(([name]) => name);

describe('trace formats, written and read', () => {
  const { file } = scratchFolder();

  it('has writers for the columns, blkparse text and CSV', () => {
    expect(writable).to.include.members(['snaptrace', 'blkparse', 'csv']);
  });

  for (const format of writable) {
    it(`${format} gives back the records, whatever the batches, and is recognised`, () => {
      fc.assert(
        fc.property(anyRecords(200), fc.integer({ min: 1, max: 50 }), (records, capacity) => {
          writeTrace(file(format), format, records, capacity);
          const opened = openTraceNamed(file(format));
          opened.reader.close();
          expect(opened.format).to.equal(format);
          expect(readTrace(file(format), {}, capacity)).to.deep.equal(records);
        }),
        { numRuns: 100 },
      );
    });

    it(`${format} gives back more records than any block or window holds`, () => {
      const records = longTrace(20_001);
      writeTrace(file(format), format, records);
      expect(readTrace(file(format))).to.deep.equal(records);
    });
  }

  it('blktrace gives the encoded records in either byte order', () => {
    fc.assert(
      fc.property(anyRecords(100), fc.boolean(), (records, isLittleEndian) => {
        writeFileSync(file('any.blktrace'), encodeRecords(records, 10 ** 15, isLittleEndian));
        expect(openAndName(file('any.blktrace'))).to.equal('blktrace');
        expect(readTrace(file('any.blktrace'))).to.deep.equal(records);
      }),
      { numRuns: 100 },
    );
  });

  it('compression does not change the records', () => {
    const records = longTrace(5000);
    writeFileSync(file('packed.gz'), gzipSync(encodeRecords(records)));
    expect(readTrace(file('packed.gz'))).to.deep.equal(records);
  });
});

function openAndName(path: string): string {
  const { format, reader } = openTraceNamed(path);
  reader.close();
  return format;
}

const longTrace = (length: number): PlainRecord[] =>
  Array.from({ length }, (_, i) =>
    i % 50 === 49
      ? { time: i * 1000, op: TraceOp.FLUSH, offset: 0, bytes: 0 }
      : {
          time: i * 1000,
          op: i % 3 === 0 ? TraceOp.READ : TraceOp.WRITE,
          offset: ((i * 7919) % 100_000) * 4096,
          bytes: 4096 * (1 + (i % 16)),
        },
  );
