import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { parseCsvMapping } from '../../../traces/formats/csv-mapping.js';
import { readTrace, scratchFolder } from '../support/records.js';

describe('CSV reader', () => {
  const { file } = scratchFolder();
  const put = (text: string): string => {
    writeFileSync(file('t.csv'), text);
    return file('t.csv');
  };
  const read = { op: TraceOp.READ, offset: 4096, bytes: 512 };
  const write = { op: TraceOp.WRITE, offset: 8192, bytes: 1024 };

  const layouts: Record<string, readonly [string, string]> = {
    'numbered columns, sectors and microseconds': ['5,0.5,x,R,8,1\n5,1,x,W,16,2\n', 'time=2:us,op=4,offset=5:sectors,bytes=6:sectors'],
    'columns by name, tabs': [
      'op\twhen\tat\tlen\nREAD\t10\t4096\t512\nwrite\t510\t8192\t1024',
      'time=when:ns,op=op,offset=at,bytes=len,delimiter=tab',
    ],
    'runs of spaces and words for operations': [
      '1.0  3  8 1 1\n  1.0000005 3 16 2 0 \n',
      'time=1:s,op=5:1/0,offset=3:sectors,bytes=4:sectors,delimiter=space',
    ],
    'two header rows': ['a\nb\n0,r,1,512\n0.0005,w,2,1024\n', 'time=1:ms,op=2,offset=3:4KiB,bytes=4,header=2'],
    'ticks of 18 digits': [
      '128166372003061629,Read,4096,512\r\n128166372003061634,Write,8192,1024\r\n',
      'time=1:100ns,op=2,offset=3,bytes=4',
    ],
    'seconds since 1970': ['1538323200.000000100,r,4096,512\n1538323200.000000600,w,8192,1024\n', 'time=1:s,op=2,offset=3,bytes=4'],
  };
  for (const [name, [text, csv]] of Object.entries(layouts)) {
    it(`reads ${name}`, () => {
      expect(readTrace(put(text), { csv })).to.deep.equal([
        { time: 0, ...read },
        { time: 500, ...write },
      ]);
    });
  }

  const csv = 'time=1:us,op=2,offset=3,bytes=4';
  const bad: Record<string, readonly [string, RegExp]> = {
    'a row with fewer columns': ['1,r,0,512\n2,r,0\n', /t\.csv:2: found 3 columns .* expected 4 columns/],
    'a row with more columns': ['1,r,0,512\n2,r,0,512,7\n', /t\.csv:2: found 5 columns/],
    'a number that is none': ['1,r,0,512\n2,r,0x10,512\n', /t\.csv:2: found "0x10" in column 3, expected a number/],
    'an empty field': ['1,r,0,512\n2,r,,512\n', /t\.csv:2: found "" in column 3, expected an offset/],
    'a negative number': ['1,r,-8,512\n', /t\.csv:1: found "-8" in column 3/],
    'an unknown operation': ['1,r,0,512\n2,x,0,512\n', /t\.csv:2: found "x" in column 2, expected one of r, read, w/],
    'a request without bytes': ['1,r,0,0\n', /t\.csv:1: found a request of 0 bytes/],
    'an offset above 2^53': ['1,r,9007199254740993,512\n', /t\.csv:1: .*below 2\^53/],
    'a time of too many digits': ['1,r,0,512\n12345678901234567890,r,0,512\n', /t\.csv:2: .*at most 18 digits/],
    'a time too far from the first': ['1,r,0,512\n99999999999999,r,0,512\n', /t\.csv:2: .*104 days/],
    'quoted fields': ['1,"r",0,512\n', /t\.csv:1: found "\\"r\\"" in column 2/],
    'a file of nothing but blank lines': ['\n', /t\.csv:1/],
  };
  for (const [name, [text, message]] of Object.entries(bad)) {
    it(`refuses ${name}, with the line`, () => {
      expect(() => readTrace(put(text), { csv })).to.throw(InputError, message);
    });
  }

  it('refuses a file with no row, and one that ends in its header', () => {
    expect(() => readTrace(put('time_ns,op,offset_bytes,bytes\n'))).to.throw(InputError, /found no record/);
    expect(() => readTrace(put('a\n'), { csv: `${csv},header=2` })).to.throw(InputError, /2 header rows/);
    expect(() => readTrace(put('a,b,c,d\n1,r,0,512\n'), { csv: 'time=t:s,op=b,offset=c,bytes=d' })).to.throw(
      InputError,
      /a column named "t"/,
    );
    expect(() => readTrace(put('1,r,0,512\n'), { csv: 'time=1:s,op=2,offset=3,bytes=9' })).to.throw(
      InputError,
      /t\.csv:1: found 4 columns, expected a column 9/,
    );
  });

  it('asks for header=1 where the first line seems to name columns, and only there', () => {
    expect(() => readTrace(put('when,op,at,len\n1,r,0,512\n'), { csv })).to.throw(InputError, /t\.csv:1: .*; or header=1 in --csv/);
    expect(() => readTrace(put('1,x,0,512\n'), { csv })).to.throw(InputError, /t\.csv:1: .*unmap$/);
    expect(() => readTrace(put('1,r,0,512\na,b,c,d\n'), { csv })).to.throw(InputError, /t\.csv:2: .*unmap$/);
  });

  it('asks for the columns where they are not known', () => {
    expect(() => readTrace(put('1,r,0,512\n'), { format: 'csv' })).to.throw(InputError, /expected its columns, as in --csv/);
  });

  const wrongMappings: Record<string, RegExp> = {
    'time=1,op=2,offset=3,bytes=4': /a time without unit/,
    'time=1:parsec,op=2,offset=3,bytes=4': /time unit "parsec"/,
    'time=1:s,op=2,offset=3': /also bytes=column/,
    'time=1:s,op=2,offset=3,bytes=4,tiem=5': /"tiem", expected .*did you mean time/,
    'time=1:s,op=2,offset=3,bytes=4,bytes=5': /"bytes" twice/,
    'time=0:s,op=2,offset=3,bytes=4': /column 0/,
    'time=1:s,op=2:r,offset=3,bytes=4': /op=column:READ\/WRITE/,
    'time=1:s,op=2,offset=3:kk,bytes=4': /the unit "kk", expected offset=column:unit with one of bytes, sectors, a size such as 4KiB$/,
    'time=1:s,op=2,offset=3,bytes=4:sector': /expected bytes=column:unit .*\(did you mean sectors\?\)/,
    'time=1:s,op=2,offset=3:4kk,bytes=4': /"4kk", expected a size/,
    'time=1:s,op=2,offset=3,bytes=4,delimiter=dot': /the delimiter "dot"/,
    'time=t:s,op=2,offset=3,bytes=4,header=0': /at least one header row/,
    nonsense: /name=column/,
  };
  for (const [mapping, message] of Object.entries(wrongMappings)) {
    it(`refuses the mapping ${mapping}`, () => {
      expect(() => parseCsvMapping(mapping)).to.throw(InputError, message);
    });
  }
});
