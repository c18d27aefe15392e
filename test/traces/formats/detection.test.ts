import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../experiments/places.js';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { openTrace, openTraceNamed, traceFormats } from '../../../traces/formats/index.js';
import { detectFormat } from '../../../traces/formats/detect.js';
import type { TraceFormat } from '../../../traces/formats/trace-format.js';
import { encodeRecords } from '../support/blktrace-encoder.js';
import { readTrace, scratchFolder, writeTrace, type PlainRecord } from '../support/records.js';

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

  it('refuses options for which the format has no use', () => {
    writeTrace(file('columns'), 'snaptrace', records);
    expect(() => openTrace(file('columns'), { device: '8,0' })).to.throw(
      InputError,
      /--device: found 8,0, expected no --device, for which snaptrace/,
    );
    expect(() => openTrace(file('columns'), { skipBad: 3 })).to.throw(InputError, /--skip-bad: found 3/);
    writeTrace(file('rows'), 'msr', records);
    expect(() => openTrace(file('rows'), { timeUnit: 'ms' })).to.throw(InputError, /--time-unit: found ms, expected no --time-unit/);
    expect(() => openTrace(file('rows'), { csv: 'time=1:s', format: 'msr' })).to.throw(InputError, /--csv/);
  });

  it('refuses a file that several formats recognise, and names them and the option', () => {
    const any = { ...traceFormats.get('csv', 'test'), recognises: () => true };
    const formats: readonly (readonly [string, TraceFormat])[] = [
      ['one', any],
      ['two', any],
    ];
    expect(() => detectFormat('x', Buffer.from('a'), formats)).to.throw(
      InputError,
      'x: found a file that one and two recognise, expected --format one or --format two',
    );
  });

  it('recognises each format by one record and a file without an end of line', () => {
    const lines: Record<string, string> = {
      msr: '128166386787582087,mds,1,Read,1211904,4608,1331',
      alibaba: '419,W,8792731648,16384,1577808144360767',
      tencent: '1538323200,12910952,128,0,1063',
      systor17: 'Timestamp,Response,IOType,LUN,Offset,Size\n1456095145.133076000,0.000806000,R,0,899056122368,131072',
      k5cloud: '1157,3.828359000,W,7155568640,4096',
      spc: '0,303567,3584,w,0.000000',
      disksim: '13.191135\t30\t0\t5\t1',
      'disksim-validate': 'W Hit    4583176   4    663.00000  45422.00000',
      fiu: '89966527950584 4253 a b 508516672 8 W 6 0 88b93b628d84082186026d9da044f173',
      nbdkit: '2026-11-20 23:17:45.731432 connection=1 Read id=1 offset=0x0 count=0x200 ...',
      cloudphysics: 'version,time,op,size,lbn\n1,5633898,2a,512,42932745',
      'fio-v3': 'fio version 3 iolog\n383 /dev/sdb read 4046848 12288',
      'fio-v2': 'fio version 2 iolog\n/dev/sdb read 4046848 12288',
      blkparse: '259,2    0        1     0.000000000  4020  Q   R 282624 + 8 [java]',
    };
    for (const [format, text] of Object.entries(lines)) {
      writeFileSync(file('line'), text);
      const opened = openTraceNamed(file('line'), format === 'disksim' ? { timeUnit: 'ms' } : {});
      opened.reader.close();
      expect(opened.format).to.equal(format);
      expect(readTrace(file('line'), format === 'disksim' ? { timeUnit: 'ms' } : {})).to.have.length(1);
    }
  });

  it('asks for the unit of times where a format leaves it open', () => {
    writeFileSync(file('ascii'), '1.5 0 8 8 1\n2.25 0 8 8 0\n');
    expect(() => openTrace(file('ascii'))).to.throw(
      InputError,
      /ascii: found times whose unit the format leaves open, expected --time-unit ms .*or ns/,
    );
    expect(readTrace(file('ascii'), { timeUnit: 'ms' })[1]!.time).to.equal(750_000);
    expect(readTrace(file('ascii'), { timeUnit: 'us' })[1]!.time).to.equal(750);
  });

  it('refuses what it knows to be no block trace, with the reason', () => {
    const oracle = Buffer.alloc(48);
    for (const at of [0, 24]) {
      oracle.writeUInt32LE(7, at);
      oracle.writeBigUInt64LE(12345n, at + 4);
      oracle.writeUInt32LE(4096, at + 12);
      oracle.writeBigInt64LE(-1n, at + 16);
    }
    const known: readonly (readonly [string | Buffer, RegExp])[] = [
      [oracle, /oracleGeneral, which does not tell writes from reads/],
      ['# wprec v1 interval_ms=500 page_size=4096\n0 5 1 7\n', /a recording of written memory pages, expected .*replay-memory/],
      ['fio version 4 iolog\n', /another version of fio's format, expected version 2 or 3/],
      ['123\n456\n', /a list of addresses without times/],
    ];
    for (const [bytes, message] of known) {
      writeFileSync(file('known'), bytes);
      expect(() => openTrace(file('known'))).to.throw(InputError, message);
    }
  });

  it('refuses an action where the format has no events to choose from', () => {
    writeTrace(file('columns'), 'snaptrace', records);
    expect(() => openTrace(file('columns'), { action: 'Q' })).to.throw(InputError, /--action: found Q, expected no action/);
  });
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
