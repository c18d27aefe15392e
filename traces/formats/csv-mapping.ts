/** Which columns of a CSV file hold what, written as text: `time=2:us,op=4,offset=5:sectors,bytes=6:sectors,header=1,delimiter=tab`. */
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import { parseSize, sectorBytes, timeUnits, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { TraceOp } from '../batch.js';

/** A column by its number from 1, or by its name in the header. */
export type Column = number | string;

export interface CsvMapping {
  readonly time: { readonly column: Column; readonly unit: Nanoseconds };
  readonly op: { readonly column: Column; readonly words: ReadonlyMap<string, TraceOp> };
  readonly offset: { readonly column: Column; readonly unit: Bytes };
  readonly bytes: { readonly column: Column; readonly unit: Bytes };
  /** Rows before the first record; the last of them names the columns. */
  readonly headerRows: number;
  readonly delimiter: number;
}

const example = 'time=2:us,op=4,offset=5:sectors,bytes=6:sectors';
const where = '--csv';

const delimiters: Readonly<Record<string, string>> = { comma: ',', tab: '\t', semicolon: ';', space: ' ', pipe: '|' };
const opOrder = [TraceOp.READ, TraceOp.WRITE, TraceOp.FLUSH, TraceOp.DISCARD];
const usualWords: Readonly<Record<string, TraceOp>> = {
  r: TraceOp.READ,
  read: TraceOp.READ,
  w: TraceOp.WRITE,
  write: TraceOp.WRITE,
  f: TraceOp.FLUSH,
  flush: TraceOp.FLUSH,
  fsync: TraceOp.FLUSH,
  sync: TraceOp.FLUSH,
  d: TraceOp.DISCARD,
  discard: TraceOp.DISCARD,
  trim: TraceOp.DISCARD,
  unmap: TraceOp.DISCARD,
};

/** What is known of a mapping's text. Throws InputError, naming `--csv`, at anything else. */
export function parseCsvMapping(text: string): CsvMapping {
  const parts = new Map<string, string>();
  for (const part of text.split(',')) {
    const match = /^\s*([a-z]+)=(.+?)\s*$/.exec(part);
    if (match === null) throw new InputError(where, JSON.stringify(part), `name=column, as in ${example}`);
    const [, name, value] = match as unknown as readonly [string, string, string];
    if (!known.includes(name)) throw new InputError(where, `the unknown part "${name}"`, expectedOneOf(name, known));
    if (parts.has(name)) throw new InputError(where, `"${name}" twice`, 'each part once');
    parts.set(name, value);
  }
  const columns = ['time', 'op', 'offset', 'bytes'].map((name) => {
    const value = parts.get(name);
    if (value === undefined) throw new InputError(where, JSON.stringify(text), `also ${name}=column, as in ${example}`);
    return splitColumn(value);
  }) as unknown as readonly [ColumnPart, ColumnPart, ColumnPart, ColumnPart];
  const [time, op, offset, bytes] = columns;
  const isNamed = columns.some(({ column }) => typeof column === 'string');
  return {
    time: { column: time.column, unit: parseTimeUnit(time.detail) },
    op: { column: op.column, words: parseOpWords(op.detail) },
    offset: { column: offset.column, unit: parseSizeUnit(offset.detail) },
    bytes: { column: bytes.column, unit: parseSizeUnit(bytes.detail) },
    headerRows: parseHeaderRows(parts.get('header') ?? (isNamed ? '1' : '0'), isNamed),
    delimiter: parseDelimiter(parts.get('delimiter') ?? 'comma'),
  };
}

const known = ['time', 'op', 'offset', 'bytes', 'header', 'delimiter'];

interface ColumnPart {
  readonly column: Column;
  readonly detail: string | undefined;
}

function splitColumn(text: string): ColumnPart {
  const colon = text.indexOf(':');
  const column = colon < 0 ? text : text.slice(0, colon);
  if (/^[0-9]+$/.test(column) && !(Number(column) >= 1 && Number(column) <= 1000)) {
    throw new InputError(where, `column ${column}`, 'a column from 1 to 1000');
  }
  return { column: /^[0-9]+$/.test(column) ? Number(column) : column, detail: colon < 0 ? undefined : text.slice(colon + 1) };
}

function parseTimeUnit(text: string | undefined): Nanoseconds {
  const units: Readonly<Record<string, number>> = { ...timeUnits, '100ns': 100 };
  if (text === undefined || !Object.hasOwn(units, text)) {
    throw new InputError(
      where,
      text === undefined ? 'a time without unit' : `the time unit "${text}"`,
      `time=column:unit with one of ${Object.keys(units).join(', ')}`,
    );
  }
  return units[text]!;
}

function parseSizeUnit(text: string | undefined): Bytes {
  if (text === undefined || text === 'bytes') return 1;
  if (text === 'sectors') return sectorBytes;
  return parseSize(text, where);
}

/** `op=4:1/0`: the words for read and write, then those for flush and discard if there are such. */
function parseOpWords(text: string | undefined): ReadonlyMap<string, TraceOp> {
  if (text === undefined) return new Map(Object.entries(usualWords));
  const words = text.toLowerCase().split('/');
  if (words.length < 2 || words.length > 4 || words.includes('') || new Set(words).size < words.length) {
    throw new InputError(where, JSON.stringify(text), 'op=column:READ/WRITE with the words for read, write, and maybe flush, discard');
  }
  return new Map(words.map((word, i) => [word, opOrder[i]!]));
}

function parseHeaderRows(text: string, isNamed: boolean): number {
  const rows = Number(text);
  if (/^[0-9]{1,3}$/.test(text) && (rows > 0 || !isNamed)) return rows;
  throw new InputError(where, `header=${text}`, isNamed ? 'at least one header row, as columns are given by name' : 'a number of rows');
}

function parseDelimiter(text: string): number {
  if (!Object.hasOwn(delimiters, text))
    throw new InputError(where, `the delimiter "${text}"`, expectedOneOf(text, Object.keys(delimiters)));
  return delimiters[text]!.charCodeAt(0);
}
