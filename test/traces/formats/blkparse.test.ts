import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { readTrace, scratchFolder } from '../support/records.js';

const line = (time: string, rest: string): string => `  8,16   3        7 ${time.padStart(15)}  4528  ${rest}\n`;
const summary = `CPU0 (8,16):
 Reads Queued:           0,        0KiB\t Writes Queued:           0,        0KiB
 IO unplugs:             0        \t Timer unplugs:           0

Total (8,16):
 Reads Queued:           0,        0KiB\t Writes Queued:           0,        0KiB

Throughput (R/W): 955KiB/s / 229KiB/s
Events (8,16): 5472 entries
Skips: 0 forward (0 -   0.0%)
`;

describe('blkparse reader', () => {
  const { file } = scratchFolder();
  const put = (text: string): string => {
    writeFileSync(file('trace'), text);
    return file('trace');
  };

  it('reads operations, times from the first request of the kind, and leaves out the summary', () => {
    const text =
      'Input file sda.blktrace.0 added\n' +
      line('1.000000000', 'P   N [java]') +
      line('1.000000100', 'Q  RA 584808 + 936 [java]') +
      line('1.000000100', 'm   N cfq4528 insert_request') +
      line('1.000000150', 'A   W 16 + 8 <- (8,1) 8') +
      line('1.000000200', 'Q FWS [java]') +
      line('1.000000300', 'Q FWFSM 16 + 8 [a b]') +
      line('1.000000400', 'Q   D 32 + 16 [java]') +
      line('1.000000450', 'Q  WS 0 [0]') +
      line('1.000000470', 'Q   N 36 (12 00 00 00 24 00) [smartd]') +
      line('1.000000480', 'U   N [java] 1') +
      line('2.000000500', 'Q   W 48 + 8 ( 1234) [0]') +
      summary;
    expect(readTrace(put(text))).to.deep.equal([
      { time: 0, op: TraceOp.READ, offset: 584808 * 512, bytes: 936 * 512 },
      { time: 100, op: TraceOp.FLUSH, offset: 0, bytes: 0 },
      { time: 200, op: TraceOp.WRITE, offset: 16 * 512, bytes: 4096 },
      { time: 300, op: TraceOp.DISCARD, offset: 32 * 512, bytes: 8192 },
      { time: 1_000_000_400, op: TraceOp.WRITE, offset: 48 * 512, bytes: 4096 },
    ]);
  });

  it('reads lines that end as on Windows', () => {
    const text = line('0.000000001', 'Q   R 8 + 8 [x]') + line('0.000000002', 'Q   R 16 + 8 [x]');
    expect(readTrace(put(text.replaceAll('\n', '\r\n')))).to.have.length(2);
  });

  it('says which actions it has where it lacks the asked one', () => {
    const path = put(line('0.000000001', 'D   R 8 + 8 [x]') + line('0.000000002', 'C   R 8 + 8 [0]'));
    expect(() => readTrace(path)).to.throw(InputError, '(events: D 1, C 1), expected --action D or --action C');
    expect(readTrace(path, { action: 'C' })).to.have.length(1);
  });

  const good = line('0.000000001', 'Q   R 8 + 8 [x]');
  const bad: Record<string, readonly [string, RegExp]> = {
    'a line of rubbish': [`${good}rubbish\n${good}`, /trace:2: found "rubbish", expected an event such as/],
    'an event behind the summary': [good + summary + good, /trace:12: found .* expected the rest of the summary/],
    'a line without a count': [good + line('0.000000002', 'Q   R 8 + [x]'), /trace:2/],
    'a count that is followed by letters': [good + line('0.000000002', 'Q   R 8 + 8x [x]'), /trace:2/],
    'a time without nanoseconds': [good + line('0.001', 'Q   R 8 + 8 [x]'), /trace:2/],
    'an unknown action': [good + line('0.000000002', 'K   R 8 + 8 [x]'), /trace:2/],
    'an unknown operation': [good + line('0.000000002', 'Q   J 8 + 8 [x]'), /trace:2/],
    'a sector above 2^53': [good + line('0.000000002', 'Q   R 99999999999999999999 + 8 [x]'), /trace:2/],
    'a disk above 2^53 bytes': [good + line('0.000000002', 'Q   R 99999999999999 + 8 [x]'), /trace:2: .*below 2\^53 bytes/],
    'a time above 2^53 ns': [good + line('1266874889.708658509', 'Q   R 8 + 8 [x]'), /trace:2: found the time .* below 2\^53 ns/],
    'a last line that is cut': [good + good.slice(0, -5), /trace:2: .*expected a whole last line/],
    'a line of more than 64 KiB': [good + 'x'.repeat(3_000_000), /trace:2: found a line of more than 64 KiB/],
  };
  for (const [name, [text, message]] of Object.entries(bad)) {
    it(`refuses ${name}, with the line`, () => {
      expect(() => readTrace(put(text))).to.throw(InputError, message);
    });
  }

  it('refuses a time that is far too late', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => line(`1.${String(i).padStart(9, '0')}`, 'Q   R 8 + 8 [x]'));
    expect(() => readTrace(put(lines.join('') + good))).to.throw(InputError, /trace:5001: found the time 1 ns/);
  });
});
