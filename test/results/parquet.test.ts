import { expect } from 'chai';
import * as fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ParquetStream, toParquet } from '../../results/parquet.js';
import type { Column, Row } from '../../results/rows.js';
import { WholeFile, writeWhole } from '../../results/store.js';
import { rowsPerGroup, type TypedColumn } from '../../results/table-stream.js';
import { needsTool } from '../support/tools.js';

const columns: Column[] = [
  { name: 'format', unit: '', about: 'Image format, with a "quote"' },
  { name: 'latency', unit: 'ms', about: 'Mean latency' },
  { name: 'synchronous', unit: '', about: 'Whether each write is flushed' },
  { name: 'seek', unit: 'cylinders', about: 'Measured nowhere' },
];
const rows: Row[] = [
  { format: 'qcow2-0.12', latency: 1.25, synchronous: true, seek: null },
  { format: 'Zürich, "x"\n', latency: 3, synchronous: false, seek: null },
  { format: '', latency: null, synchronous: null, seek: null },
];

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
const readBack = (bytes: Uint8Array): Promise<Record<string, unknown>[]> => parquetReadObjects({ file: buffer(bytes) });
const metadataOf = (bytes: Uint8Array): ReturnType<typeof parquetMetadata> => parquetMetadata(buffer(bytes));

/** A folder that `npm install @duckdb/node-api --prefix` was told of: its binaries are too large for what every checkout installs. */
const duckDb = path.join(process.env['SNAPSIM_DUCKDB'] ?? '/nowhere', 'node_modules', '@duckdb', 'node-api');

/** What is used of it. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(database: string): Promise<{ connect(): Promise<{ runAndReadAll(sql: string): Promise<{ getRowsJson(): unknown }> }> }>;
  };
}

describe('Parquet', () => {
  it('gives back the rows, nulls and texts of any kind included', async () => {
    expect(await readBack(toParquet(columns, rows))).deep.equals(rows);
    const texts = fc.option(fc.string({ unit: 'grapheme' }));
    const numbers = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
    const switches = fc.option(fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ format: texts, latency: numbers, synchronous: switches, seek: numbers }, { noNullPrototype: true }), {
          maxLength: 60,
        }),
        async (any) => void expect(await readBack(toParquet(columns, any))).deep.equals(any),
      ),
    );
  });

  it('has a type for each column that does not depend on whether numbers are whole, and the units beside it', () => {
    const { schema, key_value_metadata: pairs } = metadataOf(toParquet(columns, rows));
    expect(schema.slice(1).map(({ name, type, converted_type: kind }) => [name, type, kind])).deep.equals([
      ['format', 'BYTE_ARRAY', 'UTF8'],
      ['latency', 'DOUBLE', undefined],
      ['synchronous', 'BOOLEAN', undefined],
      ['seek', 'DOUBLE', undefined],
    ]);
    const known = new Map(pairs!.map(({ key, value }) => [key, value]));
    expect(known.get('unit:latency')).equals('ms');
    expect(known.get('about:format')).equals('Image format, with a "quote"');
    expect(JSON.parse(known.get('snapsim.columns')!)).deep.include({ ...columns[1], type: 'number' });
  });

  it('holds names of several types as texts', async () => {
    const mixed = [rows[0]!, { ...rows[1]!, format: 65536 }, { ...rows[2]!, format: true }];
    expect((await readBack(toParquet(columns, mixed))).map(({ format }) => format)).deep.equals(['qcow2-0.12', '65536', 'true']);
  });

  it('has the same bytes for the same rows', () => {
    expect(Buffer.compare(toParquet(columns, rows), toParquet(columns, structuredClone(rows)))).equals(0);
    expect(Buffer.compare(toParquet(columns, rows), toParquet(columns, rows.slice(1)))).not.equals(0);
  });

  it('holds no row, and more than a group of rows', async () => {
    expect(await readBack(toParquet(columns, []))).deep.equals([]);
    const many = Array.from({ length: rowsPerGroup + 3 }, (_, i): Row => ({ ...rows[0]!, latency: i }));
    const bytes = toParquet(columns, many);
    expect(metadataOf(bytes).row_groups).length(2);
    expect((await readBack(bytes)).map(({ latency }) => latency)).deep.equals(many.map(({ latency }) => latency));
  });

  it('refuses a column of two types, and rows that are not of the columns', () => {
    expect(() => toParquet(columns, [rows[0]!, { ...rows[1]!, latency: 'x' }])).to.throw(RangeError, 'holds both a number and a text');
    expect(() => toParquet(columns, [{ ...rows[0]!, latency: NaN }])).to.throw(RangeError, 'NaN');
    expect(() => toParquet(columns, [{ format: 'raw' }])).to.throw(RangeError, 'lacks the column');
  });

  describe('in a file', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'snapsim-parquet-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const typed: TypedColumn[] = [
      { name: 'time', unit: 'ns', about: 'Arrival', type: 'integer' },
      { name: 'part', unit: 'ns', about: 'A part', type: 'number' },
      { name: 'op', unit: '', about: 'What', type: 'text' },
    ];
    const streamed = (file: string): WholeFile => {
      const whole = new WholeFile(file);
      const stream = new ParquetStream(typed, whole);
      stream.add([Float64Array.of(1, 2 ** 53 - 1), Float64Array.of(0.5, 2), ['read', 'write']]);
      stream.add([Float64Array.of(-1), Float64Array.of(0), ['flush']]);
      stream.end();
      return whole;
    };

    it('grows group by group, and appears whole or not at all', async () => {
      const file = path.join(folder, 'requests.parquet');
      streamed(file).abandon();
      expect(readdirSync(folder)).deep.equals([]);
      streamed(file).commit();
      expect(await readBack(readFileSync(file))).deep.equals([
        { time: 1n, part: 0.5, op: 'read' },
        { time: 2n ** 53n - 1n, part: 2, op: 'write' },
        { time: -1n, part: 0, op: 'flush' },
      ]);
    });

    it('is read by DuckDB: names, types, values, nulls, units', async function () {
      needsTool(this, 'DuckDB in the folder SNAPSIM_DUCKDB', process.execPath, ['-e', `require(${JSON.stringify(duckDb)})`]);
      const { DuckDBInstance } = createRequire(import.meta.url)(duckDb) as DuckDb;
      const file = path.join(folder, 'rows.parquet');
      const stream = path.join(folder, 'stream.parquet');
      writeWhole(file, toParquet(columns, rows));
      streamed(stream).commit();
      const database = await (await DuckDBInstance.create(':memory:')).connect();
      const ask = async (sql: string): Promise<unknown> => (await database.runAndReadAll(sql)).getRowsJson();
      expect(await ask(`select column_name, column_type from (describe select * from '${file}')`)).deep.equals([
        ['format', 'VARCHAR'],
        ['latency', 'DOUBLE'],
        ['synchronous', 'BOOLEAN'],
        ['seek', 'DOUBLE'],
      ]);
      expect(await ask(`select * from '${file}'`)).deep.equals(rows.map((row) => Object.values(row)));
      expect(await ask(`select decode(value) from parquet_kv_metadata('${file}') where decode(key) = 'unit:latency'`)).deep.equals([
        ['ms'],
      ]);
      expect(await ask(`select op, time, part from '${stream}' order by time`)).deep.equals([
        ['flush', '-1', 0],
        ['read', '1', 0.5],
        ['write', '9007199254740991', 2],
      ]);
    });
  });
});
