import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { traceFormats } from '../../../traces/formats/index.js';
import { readTrace, scratchFolder, writeTrace } from '../support/records.js';

describe('reader of our own columns', () => {
  const { file } = scratchFolder();
  const records = Array.from({ length: 5000 }, (_, i) => ({ time: i, op: TraceOp.WRITE, offset: i * 512, bytes: 512 }));
  const changed = (change: (bytes: Buffer) => Buffer): string => {
    writeTrace(file('whole'), 'snaptrace', records);
    writeFileSync(file('bad'), change(readFileSync(file('whole'))));
    return file('bad');
  };
  const withDouble = (at: number, value: number) => (bytes: Buffer) => (bytes.writeDoubleLE(value, at), bytes);

  const bad: Record<string, readonly [(bytes: Buffer) => Buffer, RegExp]> = {
    'a cut header': [(bytes) => bytes.subarray(0, 20), /20 bytes, expected a header/],
    'a cut block': [
      (bytes) => bytes.subarray(0, -1),
      /byte 102432: found \d+ bytes at the end, expected a block of \d+ bytes, for 5000 records/,
    ],
    'bytes behind the end': [(bytes) => Buffer.concat([bytes, Buffer.from('x')]), /more bytes, expected the end of the file/],
    'another version': [(bytes) => (bytes.writeUInt8(9, 7), bytes), /version 9/],
    'a count that is none': [withDouble(16, NaN), /a count of NaN records/],
    'a time that decreases': [withDouble(32 + 8, 1e9), /record 2: time 2/],
    'an offset that is no number': [withDouble(32 + 4096 * 8, NaN), /record 0: .*offset NaN/],
    'an end above 2^53': [withDouble(32 + 4096 * 8, 2 ** 53), /record 0/],
    'an unknown operation': [(bytes) => (bytes.writeUInt8(4, 32 + 4096 * 24 + 3), bytes), /record 3: .*operation 4/],
  };
  for (const [name, [change, message]] of Object.entries(bad)) {
    it(`refuses ${name}, with the byte`, () => {
      expect(() => readTrace(changed(change))).to.throw(InputError, message);
    });
  }

  it('does not take a file that was not written to its end for a trace', () => {
    const writer = traceFormats.get('snaptrace', 'test').writes!.create(file('unfinished'), 'unfinished');
    writer.close();
    expect(() => readTrace(file('unfinished'))).to.throw(InputError, /one of the formats/);
  });
});
