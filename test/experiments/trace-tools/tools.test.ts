import { expect } from 'chai';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../experiments/places.js';
import { traceConvert } from '../../../experiments/trace-tools/convert.js';
import { writableFormats } from '../../../experiments/trace-tools/write-trace.js';
import { traceHead, traceHeadText } from '../../../experiments/trace-tools/head.js';
import { traceInfo, traceInfoText } from '../../../experiments/trace-tools/info.js';
import { InputError } from '../../../sim/errors.js';
import { traceFormats } from '../../../traces/formats/index.js';
import { heldBy, optionsFor, readTrace, scratchFolder } from '../../traces/support/records.js';

const sample = path.join(packageRoot, 'traces/samples/postmark-ext3.blktrace.0.gz');
const rows =
  'time_ns,op,offset_bytes,bytes\n0,read,0,4096\n10,write,4096,512\n20,write,4608,512\n1000000000,flush,0,0\n1000000000,read,0,8192\n';

describe('trace tools', () => {
  const { file } = scratchFolder();

  it('info tells what a trace holds', () => {
    writeFileSync(file('t.csv'), rows);
    const { readSizes, writeSizes, ...info } = traceInfo(file('t.csv'));
    expect(info).to.include({ format: 'csv', events: null, records: 5, reads: 2, writes: 2, flushes: 1, discards: 0, span: 1e9 });
    expect(info).to.include({ readShare: 0.5, sequentialShare: 0.5, readBytes: 12_288, writtenBytes: 1024, highestEnd: 8192 });
    expect(info).to.include({ footprintBytes: 8192, readFirstBytes: 4096, arrivalsPerSecond: 5 });
    expect(info).not.to.have.property('readFirst');
    expect(readSizes).to.deep.include({ min: 4096, max: 8192, mean: 6144 });
    expect(writeSizes!.mostCommon).to.deep.equal([{ bytes: 512, share: 1 }]);
  });

  it('info of recorded events counts each kind, and reads as text', () => {
    const info = traceInfo(sample);
    expect(info.events).to.include({ Q: 14_780, D: 11_636, C: 11_631 });
    expect(traceInfoText(info)).to.match(/^records +14780: 2176 reads, 12604 writes, 0 flushes, 0 discards$/m);
    expect(traceInfo(sample, { action: 'C' }).records).to.equal(11_631);
  });

  it('head gives the first records, and fewer where there are fewer', () => {
    writeFileSync(file('t.csv'), rows);
    expect(traceHead(file('t.csv'), 2)).to.deep.equal([
      { time: 0, op: 'read', offset: 0, bytes: 4096 },
      { time: 10, op: 'write', offset: 4096, bytes: 512 },
    ]);
    expect(traceHead(file('t.csv'), 100)).to.have.length(5);
    expect(traceHead(file('t.csv'), 0)).to.have.length(0);
    expect(
      traceHeadText(traceHead(file('t.csv'), 2))
        .split('\n')
        .at(-1),
    ).to.match(/^0\.000000010 +write +4096 +512$/);
  });

  it('convert writes every format so that the same records are read, and counts times that it rounds', () => {
    const records = readTrace(sample);
    for (const to of writableFormats) {
      const done = traceConvert(sample, file(`out.${to}`), to);
      expect(done).to.deep.include({ from: 'blktrace', to, records: records.length });
      expect(done.roundedTimes > 0, to).to.equal(traceFormats.get(to, 'test').writes!.limits.timeUnit > 1);
      expect(readTrace(file(`out.${to}`), optionsFor(to)), to).to.deep.equal(heldBy(to, records));
    }
  });

  it('convert leaves nothing behind where it fails, and what was there stays', () => {
    mkdirSync(file('out'));
    const target = file('out/t.csv');
    writeFileSync(target, 'before');
    writeFileSync(file('bad.csv'), `${rows}2000000000,read,0,oops\n`);
    expect(() => traceConvert(file('bad.csv'), target, 'snaptrace')).to.throw(InputError, /bad\.csv:7/);
    writeFileSync(file('odd.csv'), 'time_ns,op,offset_bytes,bytes\n0,read,0,100\n');
    expect(() => traceConvert(file('odd.csv'), target, 'blkparse')).to.throw(
      InputError,
      /out\/t\.csv: found 100 bytes at byte 0 in record 1/,
    );
    expect(readFileSync(target, 'utf8')).to.equal('before');
    expect(readdirSync(file('out'))).to.deep.equal(['t.csv']);
  });

  it('convert refuses formats that are only read, compressed names, and folders that are not there', () => {
    expect(() => traceConvert(sample, file('x'), 'blktrace')).to.throw(InputError, /--to: found blktrace, which is only read/);
    expect(() => traceConvert(sample, file('x.gz'), 'csv')).to.throw(InputError, /compressed/);
    expect(() => traceConvert(sample, file('no/x'), 'csv')).to.throw(InputError, /no\/x: found no such file or folder \(ENOENT\)/);
    expect(existsSync(file('x'))).to.equal(false);
  });

  it('info and head of an unusable trace name it', () => {
    expect(() => traceInfo(file('missing'))).to.throw(InputError, /missing: found no such file/);
    expect(() => traceHead(file('missing'), 1)).to.throw(InputError, /missing: found no such file/);
  });
});
