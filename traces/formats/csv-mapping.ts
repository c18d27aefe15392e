/** Which columns of a CSV file hold what, written as text: `time=2:us,op=4,offset=5:sectors,bytes=6:sectors,header=1,delimiter=tab`. */
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import { parseSize, sectorBytes, timeUnits, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { TraceOp } from '../batch.js';

/** A column by its number from 1, from the right below 0 (-1 is the last), or by its name in the header. */
export type Column = number | string;

export interface CsvMapping {
  /** When a record came; or how long the guest thought after the answer to the one before. */
  readonly time: { readonly column: Column; readonly unit: Nanoseconds; readonly isThinkTime: boolean };
  /** How long the answer took; null where no column says. */
  readonly response: { readonly column: Column; readonly unit: Nanoseconds } | null;
  /** The neighbouring columns that name the disk; null where a file holds one. */
  readonly device: { readonly first: Column; readonly last: Column } | null;
  readonly op: { readonly column: Column; readonly words: ReadonlyMap<string, TraceOp> };
  readonly offset: { readonly column: Column; readonly unit: Bytes };
  readonly bytes: { readonly column: Column; readonly unit: Bytes };
  /** Rows before the first record; the last of them names the columns. */
  readonly headerRows: number;
  /** The byte between two columns, or BLANKS. */
  readonly delimiter: number;
  /** Whether rows may differ in their number of columns. */
  readonly isRagged: boolean;
}

/** Any number of spaces and tabs between two columns. */
export const BLANKS = -1;

const example = 'time=2:us,op=4,offset=5:sectors,bytes=6:sectors';
const where = '--csv';

const delimiters: Readonly<Record<string, number>> = { comma: 44, tab: 9, semicolon: 59, space: 32, pipe: 124, blanks: BLANKS };
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
  const required = (name: string): ColumnPart => {
    const value = parts.get(name);
    if (value === undefined) throw new InputError(where, JSON.stringify(text), `also ${name}=column, as in ${example}`);
    return splitColumn(value);
  };
  const optional = (name: string): ColumnPart | null => (parts.has(name) ? required(name) : null);
  const isThinkTime = parts.has('think') && !parts.has('time');
  if (parts.has('think') && (parts.has('time') || !parts.has('response'))) {
    throw new InputError(where, JSON.stringify(text), 'either time=column, or think=column with response=column');
  }
  const [time, op, offset, bytes] = [required(isThinkTime ? 'think' : 'time'), required('op'), required('offset'), required('bytes')];
  const response = optional('response');
  const device = parseDevice(parts.get('device'));
  const columns = [time.column, op.column, offset.column, bytes.column, response?.column, device?.first, device?.last];
  const isNamed = columns.some((column) => typeof column === 'string');
  return {
    time: { column: time.column, unit: parseTimeUnit(isThinkTime ? 'think' : 'time', time.detail), isThinkTime },
    response: response === null ? null : { column: response.column, unit: parseTimeUnit('response', response.detail) },
    device,
    op: { column: op.column, words: parseOpWords(op.detail) },
    offset: { column: offset.column, unit: parseSizeUnit('offset', offset.detail) },
    bytes: { column: bytes.column, unit: parseSizeUnit('bytes', bytes.detail) },
    headerRows: parseHeaderRows(parts.get('header') ?? (isNamed ? '1' : '0'), isNamed),
    delimiter: parseDelimiter(parts.get('delimiter') ?? 'comma'),
    isRagged: parseColumns(parts.get('columns') ?? 'fixed') === 'varying',
  };
}

const known = ['time', 'think', 'response', 'op', 'offset', 'bytes', 'device', 'header', 'delimiter', 'columns'];

interface ColumnPart {
  readonly column: Column;
  readonly detail: string | undefined;
}

function splitColumn(text: string): ColumnPart {
  const colon = text.indexOf(':');
  return { column: parseColumn(colon < 0 ? text : text.slice(0, colon)), detail: colon < 0 ? undefined : text.slice(colon + 1) };
}

function parseColumn(text: string): Column {
  if (!/^-?[0-9]+$/.test(text)) return text;
  const column = Number(text);
  if (column === 0 || Math.abs(column) > 1000) throw new InputError(where, `column ${text}`, 'a column from 1 to 1000, or -1 to -1000');
  return column;
}

/** `device=3`, or `device=2..3` where two columns make the name. */
function parseDevice(text: string | undefined): CsvMapping['device'] {
  if (text === undefined) return null;
  const [first, last, ...rest] = text.split('..');
  if (rest.length > 0 || last === '') throw new InputError(where, `device=${text}`, 'device=column or device=first..last');
  return { first: parseColumn(first!), last: parseColumn(last ?? first!) };
}

function parseColumns(text: string): string {
  if (text === 'fixed' || text === 'varying') return text;
  throw new InputError(where, `columns=${text}`, 'columns=fixed or columns=varying');
}

const csvTimeUnits: Readonly<Record<string, number>> = { ...timeUnits, '100ns': 100 };

function parseTimeUnit(name: string, text: string | undefined): Nanoseconds {
  if (text === undefined || !Object.hasOwn(csvTimeUnits, text)) {
    throw new InputError(
      where,
      text === undefined ? `a ${name} without unit` : `the time unit "${text}"`,
      `${name}=column:unit with one of ${Object.keys(csvTimeUnits).join(', ')}`,
    );
  }
  return csvTimeUnits[text]!;
}

function parseSizeUnit(name: string, text: string | undefined): Bytes {
  if (text === undefined || text === 'bytes') return 1;
  if (text === 'sectors') return sectorBytes;
  if (/^[0-9]/.test(text)) return parseSize(text, where);
  const expected = `${name}=column:unit with ${expectedOneOf(text, ['bytes', 'sectors', 'a size such as 4KiB'])}`;
  throw new InputError(where, `the unit "${text}"`, expected);
}

/** A hexadecimal digit whose lowest bit says that data is read: the likeliest first. */
const flagWords = '0 1 2 3 4 5 6 7 8 9 a b c d e f'
  .split(' ')
  .map((digit) => [digit, parseInt(digit, 16) % 2 === 1 ? TraceOp.READ : TraceOp.WRITE] as const);

/** `op=4:1/0`: the words for read and write, then those for flush and discard if there are such; `op=5:bit0`: flags. */
function parseOpWords(text: string | undefined): ReadonlyMap<string, TraceOp> {
  if (text === 'bit0') return new Map(flagWords);
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
  return delimiters[text]!;
}
