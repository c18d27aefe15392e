import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { toCsv, toJsonLines, type Cell, type Column, type Row } from '../../results/rows.js';

const column = (name: string): Column => ({ name, unit: '', about: name });
const columns = ['format', 'mbps', 'ok', 'note'].map(column);
const cell = fc.oneof<fc.Arbitrary<Cell>[]>(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"', 'a,b', 'two\nlines', 'cr\rlf\r\n'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const tables = fc.array(fc.record({ format: cell, mbps: cell, ok: cell, note: cell }), { maxLength: 8 });

describe('rows', () => {
  it('stand in the order of the columns, whatever the order of their keys', () => {
    const one: Row = { format: 'raw', mbps: 8.25, ok: true, note: null };
    const other: Row = { note: null, ok: true, mbps: 8.25, format: 'raw' };
    expect(toJsonLines(columns, [one])).equals('{"format":"raw","mbps":8.25,"ok":true,"note":null}\n');
    expect(toJsonLines(columns, [other])).equals(toJsonLines(columns, [one]));
    expect(toCsv(columns, [other])).equals('format,mbps,ok,note\nraw,8.25,true,\n');
  });

  it('come back from JSON Lines as they were', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const read = toJsonLines(columns, rows)
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Row);
        expect(read).deep.equals(rows.map((row) => JSON.parse(JSON.stringify(row)) as Row));
      }),
    );
  });

  it('come back from CSV, with null apart from the empty text', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const read = parse(toCsv(columns, rows), {
          cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
          record_delimiter: '\n',
        });
        const expected = rows.map((row) =>
          columns.map(({ name }) => {
            const value = row[name as keyof typeof row];
            return value === null ? null : typeof value === 'number' ? JSON.stringify(value) : String(value);
          }),
        );
        expect(read.slice(1)).deep.equals(expected);
      }),
    );
  });

  it('are refused where a column is missing, undeclared, or holds no finite number', () => {
    const good: Row = { format: 'raw', mbps: 1, ok: true, note: '' };
    expect(() => toCsv(columns, [{ format: 'raw', mbps: 1, ok: true }])).to.throw(RangeError, 'row 0 lacks the column "note"');
    expect(() => toCsv(columns, [good, { ...good, extra: 1 }])).to.throw(RangeError, 'row 1 holds the column "extra"');
    expect(() => toJsonLines(columns, [{ ...good, mbps: NaN }])).to.throw(RangeError, 'row 0 holds NaN in the column "mbps"');
  });
});
