/** `snapsim trace` as a user has it: what it prints, its exit status, what it refuses. */
import { expect } from 'chai';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { scratchFolder } from '../../traces/support/records.js';
import { snapsim, type Ended } from '../../support/command.js';

const trace = (...words: readonly string[]): Ended => snapsim(['trace', ...words]);

describe('snapsim trace', function () {
  this.timeout(200_000);
  const { file } = scratchFolder();
  const msr =
    '128166386787582087,mds,1,Read,4096,4096,1331\n128166386797582087,mds,1,Write,1048576,8192,2000\n128166386817582087,mds,1,Read,8192,4096,99\n';
  before(() => writeFileSync(file('t.csv'), msr));

  it('info sums up a trace and draws it', () => {
    const { status, stdout } = trace('info', file('t.csv'), '--plot', file('t.svg'));
    expect(status).to.equal(0);
    expect(stdout)
      .to.match(/^format +msr$/m)
      .and.to.match(/^records +3: 2 reads, 1 writes/m);
    expect(stdout).to.match(/^responses +mean 0\.114 ms as recorded$/m);
    expect(readFileSync(file('t.svg'), 'utf8')).to.include('Throughput (MB/s)');
    const json = JSON.parse(trace('info', file('t.csv'), '--json').stdout) as Record<string, unknown>;
    expect(json).to.include({ records: 3, skipped: 0 }).and.to.have.property('workingSets');
  });

  it('info counts and reports what --skip-bad steps over', () => {
    writeFileSync(file('bad.csv'), `${msr}rubbish\n`);
    const { status, stdout, stderr } = trace('info', file('bad.csv'), '--format', 'msr', '--skip-bad', '1');
    expect([status, stderr]).to.deep.equal([
      0,
      `snapsim: ${file('bad.csv')}: skipped 1 bad records; the first: ${file('bad.csv')}:4: found 1 columns ("rubbish"), expected 7 columns, as in the rows before\n`,
    ]);
    expect(stdout).to.match(/^skipped +1 bad records$/m);
    expect(trace('info', file('bad.csv'), '--format', 'msr')).to.include({ status: 2 });
  });

  it('cut, scale, merge and remap write traces that can be read again', () => {
    expect(trace('cut', file('t.csv'), file('cut'), '--to', 'snaptrace', '--bytes', '0..16KiB').stdout).to.match(
      /^2 records cut as snaptrace/,
    );
    expect(trace('scale', file('cut'), file('fast'), '--to', 'fio-v3', '--time', '0.5').stdout).to.match(/^2 records scaled as fio-v3/);
    const merged = trace('merge', file('both'), file('t.csv'), file('fast'), '--to', 'csv', '--shift', '0s,1s', '--place', '0,1GiB');
    expect(merged.stdout).to.match(/^5 records merged as csv/);
    expect(trace('remap', file('both'), file('small'), '--to', 'csv', '--by', 'packed', '--disk', '64KiB').stdout).to.match(
      /^5 records remapped/,
    );
    expect(readFileSync(file('small'), 'utf8').split('\n').slice(0, 3)).to.deep.equal([
      'time_ns,op,offset_bytes,bytes',
      '0,read,0,4096',
      '1000000000,write,8192,8192',
    ]);
    expect(trace('convert', file('t.csv'), file('seconds'), '--to', 'tencent').stdout).to.match(
      /^3 records of msr written as tencent .* bytes$/m,
    );
  });

  it('writes the format that the ending of the output names, and never over what it reads', () => {
    expect(trace('cut', file('t.csv'), file('two.snaptrace'), '--count', '2').stdout).to.match(/^2 records cut as snaptrace/);
    expect(trace('convert', file('two.snaptrace'), file('two.msr')).stdout).to.match(/written as msr/);
    expect(trace('convert', file('two.snaptrace'), file('two.log')).stderr).to.match(
      /--to: found none, and no format's name at the end of .*two\.log, expected one of snaptrace, /,
    );
    symlinkSync(file('t.csv'), file('link.csv'));
    for (const words of [
      ['cut', file('t.csv'), file('t.csv')],
      ['convert', file('link.csv'), file('t.csv')],
      ['merge', file('t.csv'), file('two.msr'), file('t.csv')],
    ]) {
      const { status, stderr } = trace(...words);
      expect(stderr).to.match(/t\.csv: found the trace that is read \(.*\.csv\), expected another file to write\n$/);
      expect(status).to.equal(2);
    }
    expect(readFileSync(file('t.csv'), 'utf8')).to.equal(msr);
  });

  it('a trace with response times is replayed with its think times; another needs one to assume', () => {
    const replay = (...words: readonly string[]): Ended => snapsim(['replay', ...words, '--mode', 'think', '--disk-size', '1GiB']);
    expect(replay(file('t.csv')).stdout).to.match(/mode think times$/m);
    writeFileSync(file('none.csv'), 'time_ns,op,offset_bytes,bytes\n0,read,0,4096\n10,read,0,4096\n');
    expect(replay(file('none.csv')).stderr).to.match(/a request without a recorded response time, expected .*--response/);
    expect(replay(file('none.csv'), '--response', '1ms').stdout).to.match(/think times, responses of 1ms where none is recorded$/m);
    expect(snapsim(['replay', file('none.csv'), '--response', '1ms']).stderr).to.match(/--response: found --mode open/);
  });

  it('refuses, with status 2 and in one line, what it cannot do', () => {
    const refused: readonly (readonly [readonly string[], RegExp])[] = [
      [['scale', file('t.csv'), file('x'), '--to', 'csv'], /neither --time nor --intensity/],
      [['cut', file('t.csv'), file('x'), '--to', 'csv', '--bytes', '4KiB'], /--bytes: found "4KiB", expected two places/],
      [['cut', file('t.csv'), file('x'), '--to', 'csv', '--begin', '5s', '--end', '1s'], /--end: .* expected a later time/],
      [
        ['merge', file('x'), file('t.csv'), file('t.csv'), '--to', 'csv', '--shift', '1s'],
        /--shift: found 1 values, expected one for each of the 2/,
      ],
      [['remap', file('t.csv'), file('x'), '--to', 'csv', '--by', 'packed', '--disk', '4KiB'], /--disk: .* the footprint/],
      [['info', file('t.csv'), '--plot', file('x.gif')], /--plot: .* \.svg or \.png/],
    ];
    for (const [words, message] of refused) {
      const { status, stderr } = trace(...words);
      expect(stderr, words.join(' '))
        .to.match(message)
        .and.to.match(/^[^\n]*\n$/);
      expect(status).to.equal(2);
    }
    expect(existsSync(file('x'))).to.equal(false);
  });
});
