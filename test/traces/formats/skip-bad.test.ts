import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { InputError } from '../../../sim/errors.js';
import { category, encodeEvent, queued } from '../support/blktrace-encoder.js';
import { readTrace, scratchFolder, writeTrace } from '../support/records.js';
import { TraceOp } from '../../../traces/batch.js';
import { readFileSync } from 'node:fs';

describe('--skip-bad', () => {
  const { file } = scratchFolder();
  const rows = ['time_ns,op,offset_bytes,bytes', '0,read,0,4096', 'oops', '1,read,0', '2,write,0,512', ''].join('\n');
  const put = (text: string | Buffer): string => {
    writeFileSync(file('bad'), text);
    return file('bad');
  };

  it('steps over so many bad lines, and tells how many and what was wrong at the first', () => {
    const told: (readonly [string, number, string])[] = [];
    const records = readTrace(put(rows), { skipBad: 2, onSkipped: (...skipped) => told.push(skipped) });
    expect(records.map(({ time }) => time)).to.deep.equal([0, 2]);
    expect(told).to.have.length(1);
    expect(told[0]!.slice(0, 2)).to.deep.equal([file('bad'), 2]);
    expect(told[0]![2]).to.match(/bad:3: found 1 columns \("oops"\), expected 4/);
  });

  it('is an error beyond that, with the line; and strict where it is not given', () => {
    expect(() => readTrace(put(rows), { skipBad: 1 })).to.throw(
      InputError,
      /bad:4: .* after 1 bad records that were skipped, expected 4 columns/,
    );
    expect(() => readTrace(put(rows))).to.throw(InputError, /bad:3/);
    expect(() => readTrace(put(rows), { skipBad: 0 })).to.throw(InputError, /bad:3/);
  });

  it('tells nothing where nothing was skipped', () => {
    const told: unknown[] = [];
    readTrace(put('time_ns,op,offset_bytes,bytes\n0,read,0,4096\n'), { skipBad: 2, onSkipped: (...skipped) => told.push(skipped) });
    expect(told).to.deep.equal([]);
  });

  it('steps over records of binary formats, and lines of text formats', () => {
    const event = (time: number, action: number): Buffer => encodeEvent({ time, sector: 8, bytes: 512, action });
    const read = queued(category.read);
    expect(readTrace(put(Buffer.concat([event(1, read), event(2, 99), event(3, read)])), { skipBad: 1 })).to.have.length(2);
    const records = [0, 1000, 2000].map((time) => ({ time, op: TraceOp.READ, offset: 0, bytes: 512 }));
    writeTrace(file('vscsi'), 'vscsi-v1', records);
    const bytes = readFileSync(file('vscsi'));
    bytes.writeUInt16LE(0x42, 32 + 12);
    expect(() => readTrace(put(bytes), { format: 'vscsi-v1' })).to.throw(InputError, /bad:byte 32: found the SCSI command 0x42/);
    expect(readTrace(put(bytes), { format: 'vscsi-v1', skipBad: 1 })).to.have.length(2);
    for (const format of ['fio-v3', 'blkparse']) {
      writeTrace(file('text'), format, records);
      const lines = readFileSync(file('text'), 'latin1').split('\n');
      lines.splice(lines.length - 2, 0, 'rubbish in between');
      expect(readTrace(put(lines.join('\n')), { skipBad: 1 }), format).to.have.length(3);
    }
  });

  it('does not hide a file that cannot be read on', () => {
    writeTrace(file('vscsi'), 'vscsi-v1', [{ time: 0, op: TraceOp.READ, offset: 0, bytes: 512 }]);
    expect(() => readTrace(put(readFileSync(file('vscsi')).subarray(0, -1)), { format: 'vscsi-v1', skipBad: 9 })).to.throw(
      InputError,
      /31 bytes/,
    );
    expect(() => readTrace(put(`${rows}${'x'.repeat(70_000)}`), { skipBad: 9 })).to.throw(InputError, /64 KiB/);
    expect(() => readTrace(put('time_ns,op,offset_bytes,bytes\noops\n'), { skipBad: 9 })).to.throw(InputError, /no record/);
  });
});
