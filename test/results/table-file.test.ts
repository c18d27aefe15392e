import { expect } from 'chai';
import { parquetReadObjects } from 'hyparquet';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openTableFile } from '../../results/table-file.js';
import type { TypedColumn } from '../../results/table-stream.js';
import { InputError } from '../../sim/errors.js';

const columns: TypedColumn[] = [
  { name: 'op', unit: '', about: 'What, and "how"', type: 'text' },
  { name: 'time', unit: 'ns', about: 'When', type: 'integer' },
  { name: 'share', unit: '1', about: 'A part', type: 'number' },
];

describe('a table in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-table-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (name: string): Buffer => {
    const table = openTableFile(path.join(folder, name), columns, '--requests');
    table.add([['read', 'a, "b"'], Float64Array.of(1, 2 ** 53 - 1), Float64Array.of(0.5, 0.25)]);
    table.add([['flush'], Float64Array.of(7), [null]]);
    table.commit();
    return readFileSync(path.join(folder, name));
  };
  const lines =
    '{"op":"read","time":1,"share":0.5}\n{"op":"a, \\"b\\"","time":9007199254740991,"share":0.25}\n{"op":"flush","time":7,"share":null}\n';
  const csv = 'op,time,share\nread,1,0.5\n"a, ""b""",9007199254740991,0.25\nflush,7,\n';

  it('is written as its name says, in pieces that together are the whole', async () => {
    expect(written('t.jsonl').toString()).equals(lines);
    expect(gunzipSync(written('t.jsonl.gz')).toString()).equals(lines);
    expect(written('t.csv').toString()).equals(csv);
    expect(gunzipSync(written('t.csv.gz')).toString()).equals(csv);
    const rows = await parquetReadObjects({ file: Uint8Array.from(written('t.parquet')).buffer });
    expect(rows).deep.equals([
      { op: 'read', time: 1n, share: 0.5 },
      { op: 'a, "b"', time: 9007199254740991n, share: 0.25 },
      { op: 'flush', time: 7n, share: null },
    ]);
  });

  it('has the same bytes every time', () => {
    for (const name of ['t.jsonl.gz', 't.parquet']) expect(Buffer.compare(written(name), written(name))).equals(0);
  });

  it('appears when it is whole, or not at all', () => {
    const table = openTableFile(path.join(folder, 't.csv'), columns, '--requests');
    table.add([['read'], Float64Array.of(1), Float64Array.of(1)]);
    expect(readdirSync(folder)).not.include('t.csv');
    table.abandon();
    expect(readdirSync(folder)).deep.equals([]);
  });

  it('refuses a name that says nothing, or not what can be done', () => {
    for (const name of ['t', 't.parquet.gz', 't.json'])
      expect(() => openTableFile(path.join(folder, name), columns, '--requests')).to.throw(InputError, '--requests: found');
    expect(readdirSync(folder)).deep.equals([]);
  });
});
