import { expect } from 'chai';
import { choice, describe as inWords, expectedOneOf, optionSchema, readOptions } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { formatBytes, formatTime, parseRate, parseSize, parseTime } from '../../sim/units.js';

const set = {
  cluster: { kind: 'size', about: 'Cluster size', default: 65536, min: 512, max: 2 * 1024 * 1024, powerOfTwo: true },
  delay: { kind: 'time', about: 'Delay', default: 0 },
  tables: { kind: 'count', about: 'Tables kept', default: 16, min: 1 },
  cache: choice('Cache mode', ['none', 'writeback'], 'none'),
  copyOnRead: { kind: 'switch', about: 'Copy on read', default: false },
  piece: { kind: 'size', about: 'Piece of a table', default: 0, min: 512, powerOfTwo: true, orZero: true },
  ways: { kind: 'count', about: 'Ways', default: 4, min: 1, max: 16, powerOfTwo: true },
} as const;

describe('options', () => {
  it('suggest the few names that begin with or contain what was given, before one that is written almost so', () => {
    const names = ['raw', 'qed', 'qcow2-0.12', 'qcow2-7.2', 'irow-paper'];
    const hintFor = (given: string): string | undefined => /\((.*)\)$/.exec(expectedOneOf(given, names))?.[1];
    expect(hintFor('qcow2')).to.equal('did you mean qcow2-0.12 or qcow2-7.2?');
    expect(hintFor('QCOW2-0')).to.equal('did you mean qcow2-0.12?');
    expect(hintFor('paper')).to.equal('did you mean irow-paper?');
    expect(hintFor('rwa')).to.equal('did you mean raw?');
    expect(hintFor('something')).to.equal(undefined);
  });

  it('are read from text and from plain values, the rest by default', () => {
    const values = readOptions(set, { cluster: '4KiB', delay: '10ms', copyOnRead: true }, 'qcow2');
    expect(values).to.deep.equal({ cluster: 4096, delay: 10e6, tables: 16, cache: 'none', copyOnRead: true, piece: 0, ways: 4 });
  });

  it('may be 0 where that leaves the choice to the model', () => {
    expect(readOptions(set, { piece: '0' }, 'qcow2').piece).to.equal(0);
    expect(readOptions(set, { piece: '4KiB', ways: 8 }, 'qcow2')).to.include({ piece: 4096, ways: 8 });
  });

  const refused: [Record<string, unknown>, string][] = [
    [
      { clustre: '4K' },
      'options of qcow2: found the unknown option "clustre", expected one of cluster, delay, tables, cache, copyOnRead, piece, ways (did you mean cluster?)',
    ],
    [{ cluster: '64kk' }, 'option cluster of qcow2: found "64kk", expected a size such as 64KiB'],
    [{ cluster: '3KiB' }, 'option cluster of qcow2: found 3KiB, expected a power of two from 512 B to 2 MiB'],
    [{ cluster: '4MiB' }, 'option cluster of qcow2: found 4MiB, expected a power of two from 512 B to 2 MiB'],
    [{ delay: '10' }, 'option delay of qcow2: found "10", expected a time such as 10ms'],
    [{ tables: '0' }, 'option tables of qcow2: found 0, expected a whole number from 1'],
    [{ tables: '1.5' }, 'option tables of qcow2: found 1.5'],
    [{ cache: 'writethru' }, 'expected one of none, writeback'],
    [{ copyOnRead: 'yes' }, 'option copyOnRead of qcow2: found "yes", expected true or false'],
    [{ piece: '100' }, 'option piece of qcow2: found 100, expected 0 or a power of two from 512 B'],
    [{ piece: '1000' }, 'option piece of qcow2: found 1000'],
    [{ ways: '3' }, 'option ways of qcow2: found 3, expected a power of two from 1 to 16'],
    [{ cluster: { bytes: 1 } }, 'option cluster of qcow2: found {"bytes":1}'],
  ];
  for (const [given, message] of refused) {
    it(`refuse ${JSON.stringify(given)} with what is expected`, () => expect(() => readOptions(set, given, 'qcow2')).to.throw(message));
  }

  it('describe themselves in words and as JSON Schema', () => {
    expect(inWords(set.cluster)).to.equal('a power of two from 512 B to 2 MiB');
    const schema = optionSchema(set) as { properties: Record<string, unknown>; additionalProperties: boolean };
    expect(Object.keys(schema.properties)).to.deep.equal(Object.keys(set));
    expect(schema.additionalProperties).to.equal(false);
  });
});

describe('units', () => {
  it('tell binary from decimal', () => {
    expect(['1K', '1KiB', '1kB', '1KB', '1.5MiB', '512'].map((text) => parseSize(text, 'x'))).to.deep.equal([
      1024, 1024, 1000, 1000, 1572864, 512,
    ]);
    expect(parseTime('2.5us', 'x')).to.equal(2500);
    expect(parseRate('60MB/s', 'x')).to.equal(60e6);
  });

  it('refuse what is no quantity', () => {
    for (const text of ['', 'K', '-1K', '64kk', '1e400', '9007199254740993', '0x10', '1 K B', '0.3B', '1constructor']) {
      expect(() => parseSize(text, 'x'), text).to.throw('x: found');
    }
  });

  it('are written for people', () => {
    expect([formatBytes(65536), formatBytes(1536), formatBytes(0), formatTime(1.5e6)]).to.deep.equal([
      '64 KiB',
      '1.5 KiB',
      '0 B',
      '1.5 ms',
    ]);
  });
});

describe('registry', () => {
  it('names the nearest known name', () => {
    const registry = new Registry('image format', { raw: { about: 'a' }, 'qcow2-0.12': { about: 'b' } });
    expect(() => registry.get('qcow2', '--formats')).to.throw(
      '--formats: found the unknown image format "qcow2", expected one of raw, qcow2-0.12',
    );
    expect(registry.get('raw', '--formats').about).to.equal('a');
    expect(() => registry.get('toString', '--formats')).to.throw('unknown');
  });
});
