import { expect } from 'chai';
import fc from 'fast-check';
import { writeFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../experiments/places.js';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { openTrace, traceFormats } from '../../../traces/formats/index.js';
import { encodeRecords } from '../support/blktrace-encoder.js';
import { drain, readTrace, scratchFolder, writeTrace, type PlainRecord } from '../support/records.js';

const records: PlainRecord[] = Array.from({ length: 40 }, (_, i) => ({
  time: i * 1000,
  op: i % 3 === 0 ? TraceOp.READ : TraceOp.WRITE,
  offset: i * 4096,
  bytes: 512,
}));

describe('opening a trace', () => {
  const { file } = scratchFolder();

  it('refuses what no format recognises, and lists the formats', () => {
    writeFileSync(file('x'), 'PNG or so');
    expect(() => openTrace(file('x'))).to.throw(
      InputError,
      /x: found a file that begins with "PNG or so", expected one of the formats snaptrace, blktrace, blkparse, csv/,
    );
  });

  it('refuses an empty file, a missing one, and an unknown format', () => {
    writeFileSync(file('empty'), '');
    expect(() => openTrace(file('empty'))).to.throw(InputError, /empty: found an empty file/);
    expect(() => openTrace(file('missing'))).to.throw(InputError, /missing: found no such file/);
    expect(() => openTrace(file('empty'), { format: 'blktrce' })).to.throw(InputError, /--format: .*did you mean blktrace/);
  });

  it('goes by content, not by name', () => {
    writeFileSync(file('named.csv'), encodeRecords(records));
    expect(readTrace(file('named.csv'))).to.deep.equal(records);
  });

  it('refuses a file of another format than the one that is asked for', () => {
    writeFileSync(file('binary'), encodeRecords(records));
    expect(() => readTrace(file('binary'), { format: 'blkparse' })).to.throw(InputError, /binary:1/);
    writeTrace(file('text'), 'blkparse', records);
    expect(() => readTrace(file('text'), { format: 'blktrace' })).to.throw(InputError, /magic number/);
    expect(() => readTrace(file('text'), { csv: 'time=1:s,op=2,offset=3,bytes=4' })).to.throw(InputError, /text:1/);
  });

  it('refuses an action where the format has no events to choose from', () => {
    writeTrace(file('columns'), 'snaptrace', records);
    expect(() => openTrace(file('columns'), { action: 'Q' })).to.throw(InputError, /--action: found Q, expected no action/);
  });
});

describe('damaged traces', () => {
  const { file } = scratchFolder();
  const files: Record<string, () => Buffer> = {
    blktrace: () => encodeRecords(records),
    ...Object.fromEntries(
      [...traceFormats]
        .filter(([, format]) => format.create !== undefined)
        .map(([name]) => [name, () => (writeTrace(file('sound'), name, records), readFileSync(file('sound')))]),
    ),
  };
  const damage = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), byte: fc.nat(255) }), {
    maxLength: 3,
  });

  for (const [name, sound] of Object.entries(files)) {
    it(`${name}: any cut or changed byte ends in records or in one InputError`, () => {
      const whole = sound();
      fc.assert(
        fc.property(damage, fc.double({ min: 0, max: 1, noNaN: true }), (changes, kept) => {
          const bytes = Buffer.from(whole.subarray(0, Math.ceil(whole.length * kept)));
          for (const { at, byte } of changes) if (bytes.length > 0) bytes[Math.floor(at * bytes.length)] = byte;
          writeFileSync(file('damaged'), bytes);
          endsWell(file('damaged'));
        }),
        { numRuns: 400 },
      );
    });
  }

  const endsWell = (damaged: string): void => {
    try {
      const read = drain(openTrace(damaged));
      expect(read).not.to.have.length(0);
      read.forEach(({ time }, i) => expect(time).to.be.at.least(i === 0 ? 0 : read[i - 1]!.time));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      expect(error.message).to.match(/damaged/);
    }
  };
});

describe('the sample recording', () => {
  it('is read from either of its files', () => {
    for (const cpu of [0, 1]) {
      const read = readTrace(path.join(packageRoot, `traces/samples/postmark-ext3.blktrace.${cpu}.gz`));
      expect(read.filter(({ op }) => op === TraceOp.READ)).to.have.length(2176);
      expect(read.filter(({ op }) => op === TraceOp.WRITE)).to.have.length(12_604);
    }
  });

  it('holds requests that were queued, dispatched and completed', () => {
    const sample = path.join(packageRoot, 'traces/samples/postmark-ext3.blktrace.0.gz');
    expect(readTrace(sample, { action: 'D' })).to.have.length(11_636);
    expect(readTrace(sample, { action: 'C' })).to.have.length(11_631);
  });
});
