import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { openTrace } from '../../../traces/formats/index.js';
import type { EventTraceReader } from '../../../traces/formats/trace-format.js';
import { category, code, encodeEvent, queued } from '../support/blktrace-encoder.js';
import { drain, readTrace, scratchFolder } from '../support/records.js';

const write = (time: number | bigint, sector = 8): Buffer => encodeEvent({ time, sector, bytes: 4096, action: queued(category.write) });

describe('blktrace reader', () => {
  const { file } = scratchFolder();
  const put = (name: string, ...events: Buffer[]): string => {
    writeFileSync(file(name), Buffer.concat(events));
    return file(name);
  };

  it('merges the files of all CPUs by time, earlier CPUs first where times are equal', () => {
    put('m.blktrace.0', write(100, 0), write(300, 0), write(300, 1), write(900, 0));
    writeFileSync(file('m.blktrace.1.gz'), gzipSync(Buffer.concat([write(50, 10), write(300, 11), write(400, 12)])));
    put('m.blktrace.10', write(300, 100));
    put('m.blktrace.2');
    put('other.blktrace.0', write(1, 999));
    for (const given of ['m.blktrace.0', 'm.blktrace.1.gz', 'm.blktrace.10']) {
      const records = readTrace(file(given), {}, 3);
      expect(records.map(({ time, offset }) => [time, offset / 512])).to.deep.equal([
        [0, 10],
        [50, 0],
        [250, 0],
        [250, 1],
        [250, 11],
        [250, 100],
        [350, 12],
        [850, 0],
      ]);
    }
  });

  it('takes the file of the same ending where a CPU has two', () => {
    put('t.blktrace.0', write(1, 1));
    put('t.blktrace.1', write(2, 2));
    writeFileSync(file('t.blktrace.1.gz'), gzipSync(write(2, 3)));
    expect(readTrace(file('t.blktrace.0')).map(({ offset }) => offset / 512)).to.deep.equal([1, 2]);
    expect(readTrace(file('t.blktrace.1.gz')).map(({ offset }) => offset / 512)).to.deep.equal([1, 3]);
  });

  it('puts small disorder of a file in order and refuses a time that is far too late', () => {
    const times = Array.from({ length: 6000 }, (_, i) => 10_000 + i);
    const swapped = times.map((_, i) => times[i % 2 === 0 ? i + 1 : i - 1]!);
    expect(readTrace(put('swapped', ...swapped.map((time) => write(time)))).map(({ time }) => time)).to.deep.equal(
      times.map((t) => t - 10_000),
    );
    const late = put('late', ...times.map((time) => write(time)), write(10_001));
    expect(() => readTrace(late)).to.throw(InputError, /late:byte 288000: found the time 10001 ns, expected a time that is at most 2048/);
  });

  it('reads operations, skips what carries no request, and steps over data behind events', () => {
    const path = put(
      'kinds',
      encodeEvent({ time: 5, action: category.notify * 2 ** 16, pdu: 16 }),
      encodeEvent({ time: 10, sector: 1, bytes: 512, action: queued(category.read), pdu: 3 }),
      encodeEvent({ time: 11, sector: 2, bytes: 1024, action: queued(category.write | category.sync | category.flush) }),
      encodeEvent({ time: 12, sector: 7, bytes: 0, action: queued(category.write | category.flush) }),
      encodeEvent({ time: 13, sector: 7, bytes: 0, action: queued(category.write) }),
      encodeEvent({ time: 14, sector: 3, bytes: 4096, action: queued(category.write | category.discard) | 0x100, pdu: 8 }),
      encodeEvent({ time: 15, sector: 3, bytes: 36, action: queued(category.packetCommand), pdu: 6 }),
      encodeEvent({ time: 16, action: (0x100 << 16) | code.P }),
    );
    const reader = openTrace(path) as EventTraceReader;
    expect(drain(reader)).to.deep.equal([
      { time: 0, op: TraceOp.READ, offset: 512, bytes: 512 },
      { time: 1, op: TraceOp.WRITE, offset: 1024, bytes: 1024 },
      { time: 2, op: TraceOp.FLUSH, offset: 0, bytes: 0 },
      { time: 4, op: TraceOp.DISCARD, offset: 1536, bytes: 4096 },
    ]);
    expect(reader.byAction).to.deep.equal({ Q: 6, P: 1 });
  });

  it('says which actions a file has where it lacks the asked one', () => {
    const path = put('only-q', write(1), write(2), encodeEvent({ time: 3, action: code.P }));
    expect(() => readTrace(path, { action: 'D' })).to.throw(
      InputError,
      'no request in its D events (events: Q 2, P 1), expected --action Q',
    );
  });

  it('refuses two devices unless one is chosen', () => {
    const other = encodeEvent({ time: 2, sector: 5, bytes: 512, action: queued(category.read), device: 8 * 2 ** 20 + 16 });
    const path = put('devices', write(1), other);
    expect(() => readTrace(path)).to.throw(InputError, /the devices 8,0 and 8,16, expected one device, chosen with --device 8,0/);
    expect(readTrace(path, { device: '8,16' }).map(({ bytes }) => bytes)).to.deep.equal([512]);
    expect(() => readTrace(path, { device: 'sda' })).to.throw(InputError, /--device/);
    expect(() => readTrace(path, { device: '9,9' })).to.throw(InputError, /no request in its Q events of device 9,9/);
  });

  const bad: Record<string, readonly [Buffer, RegExp]> = {
    'cut within an event': [
      Buffer.concat([write(1), write(2).subarray(0, 47)]),
      /byte 48: found 47 bytes at the end, expected an event of 48/,
    ],
    'cut within its data': [
      encodeEvent({ time: 1, action: queued(1), bytes: 512, pdu: 9 }).subarray(0, 50),
      /byte 0: found 2 bytes at the end, expected the 9/,
    ],
    'another magic number': [
      Buffer.concat([write(1), encodeEvent({ time: 2, action: 1, magic: 0x12345678 })]),
      /byte 48: found the magic number 0x12345678/,
    ],
    'another version': [encodeEvent({ time: 2, action: 1, magic: 0x65617405 }), /version 5 of the format, expected version 7/],
    'an unknown event': [encodeEvent({ time: 2, action: 99 }), /the event code 99/],
    'a time above 2^53': [write(2n ** 53n), /a time in ns of 9007199254740992, expected a number below 2\^53/],
    'a sector above 2^53 bytes': [
      encodeEvent({ time: 1, sector: 2n ** 45n, bytes: 512, action: queued(1) }),
      /expected a disk below 2\^53 bytes/,
    ],
    'the other byte order within': [
      Buffer.concat([write(1), encodeEvent({ time: 2, action: 1 }, false)]),
      /byte 48: found the magic number 0x07746165/,
    ],
  };
  for (const [name, [bytes, message]] of Object.entries(bad)) {
    it(`refuses ${name}, with the byte`, () => {
      expect(() => readTrace(put('bad', bytes))).to.throw(InputError, message);
    });
  }
});
