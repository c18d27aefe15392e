import { expect } from 'chai';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { openTraceNamed } from '../../../traces/formats/index.js';
import { encodeRecords } from '../support/blktrace-encoder.js';
import {
  anyRecords,
  heldBy,
  optionsFor,
  readTrace,
  scratchFolder,
  writableFormats,
  writeTrace,
  type PlainRecord,
} from '../support/records.js';

describe('trace formats, written and read', () => {
  const { file } = scratchFolder();

  it('has writers for the columns and for the formats of others', () => {
    expect(writableFormats).to.include.members([
      'snaptrace',
      'blkparse',
      'csv',
      'fio-v2',
      'fio-v3',
      'vscsi-v1',
      'vscsi-v2',
      'msr',
      'spc',
      'disksim',
    ]);
  });

  for (const format of writableFormats) {
    it(`${format} gives back the records that it can hold, whatever the batches, and is recognised`, () => {
      fc.assert(
        fc.property(anyRecords(200), fc.integer({ min: 1, max: 50 }), (any, capacity) => {
          const records = heldBy(format, any);
          fc.pre(records.length > 0);
          writeTrace(file(format), format, records, capacity);
          const opened = openTraceNamed(file(format), optionsFor(format));
          opened.reader.close();
          expect(opened.format).to.equal(format);
          expect(readTrace(file(format), optionsFor(format), capacity)).to.deep.equal(records);
        }),
        { numRuns: 100 },
      );
    });

    it(`${format} gives back more records than any block or window holds`, () => {
      const records = heldBy(format, longTrace(20_001));
      writeTrace(file(format), format, records);
      expect(readTrace(file(format), optionsFor(format))).to.deep.equal(records);
    });
  }

  it('a writer drops what of a time is below its unit, and refuses what its format cannot hold', () => {
    const one = { time: 0, op: TraceOp.READ, offset: 0, bytes: 512 };
    writeTrace(file('us'), 'fio-v3', [one, { ...one, time: 1999 }]);
    expect(readTrace(file('us')).map(({ time }) => time)).to.deep.equal([0, 1000]);
    const refuse = (format: string, record: Partial<PlainRecord>, message: RegExp): void => {
      expect(() => writeTrace(file('no'), format, [{ ...one, ...record }])).to.throw(InputError, message);
    };
    refuse('msr', { op: TraceOp.FLUSH }, /no: found a flush in record 1, expected reads, writes only/);
    refuse('vscsi-v1', { op: TraceOp.DISCARD }, /found a discard in record 1/);
    refuse('spc', { offset: 100 }, /512 bytes at byte 100 in record 1, expected offsets and sizes in whole sectors/);
    refuse('vscsi-v2', { bytes: 2 ** 32 }, /4294967296 bytes in record 1, expected at most 4294966784/);
    refuse('csv', { bytes: 0 }, /0 bytes at byte 0 in record 1/);
  });

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
