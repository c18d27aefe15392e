/** Compares a replay with what was recorded, by the rule of each kind of file. */
import type { Bytes } from '../../../sim/units.js';
import type { Observation } from './observe.js';
import type { Replayed } from './replay.js';
import type { HostOp, TruthCheckpoint, TruthFile, TruthOp } from './truth-file.js';

export interface Rules {
  /** Whether the order of an operation's host I/O counts. Requests in flight together are compared as a group without order. */
  readonly ordered: boolean;
  /** Whether reads of a sector past the file's end are left out. */
  readonly ignoresReadsPastEnd: boolean;
  /** Whether a map may call parts of allocated clusters zeros: that depends on what the recording host's page cache held. */
  readonly ignoresHostHoles: boolean;
}

export interface Comparison {
  readonly ops: number;
  readonly exact: number;
  readonly checkpoints: number;
  readonly checkpointsExact: number;
  readonly firstDifference: string | null;
}

export function compare(truth: TruthFile, replayed: Replayed, rules: Rules): Comparison {
  const differences: string[] = [];
  const expected = rules.ignoresReadsPastEnd ? withoutReadsPastEnd(truth.ops) : truth.ops;
  const found = rules.ignoresReadsPastEnd ? withoutReadsPastEnd(replayed.ops) : replayed.ops;
  let exact = 0;
  for (let i = 0; i < expected.length;) {
    const end = groupEnd(expected, i);
    const ordered = rules.ordered && !isInFlight(expected[i]!);
    const difference = differenceOf(expected.slice(i, end), found.slice(i, end), ordered);
    if (difference === null) exact += end - i;
    else differences.push(`op ${i} "${expected[i]!.op}": ${difference}`);
    i = end;
  }
  if (found.length !== expected.length) differences.push(`${found.length} operations, ${expected.length} expected`);
  let checkpointsExact = 0;
  truth.checkpoints.forEach((checkpoint, i) => {
    const difference = checkpointDifference(checkpoint, replayed.checkpoints[i], rules);
    if (difference === null) checkpointsExact += 1;
    else differences.push(`checkpoint ${i} after ${checkpoint.after}: ${difference}`);
  });
  return {
    ops: expected.length,
    exact,
    checkpoints: truth.checkpoints.length,
    checkpointsExact,
    firstDifference: differences[0] ?? null,
  };
}

/** Whether an operation's host I/O is done by the main loop and by threads beside it. */
const isInFlight = ({ op }: TruthOp): boolean => /^(aio(writes|read)|awrite|aread) /.test(op);

/** Requests in flight together go on with a record for each of the others, and end with the one that awaits them, where there are such. */
function groupEnd(ops: readonly TruthOp[], from: number): number {
  let end = from + 1;
  if (isInFlight(ops[from]!)) while (end < ops.length && /( #\d+|^aio_flush)$/.test(ops[end]!.op)) end += 1;
  return end;
}

function differenceOf(expected: readonly TruthOp[], found: readonly TruthOp[], ordered: boolean): string | null {
  const names = (ops: readonly TruthOp[]): string => ops.map(({ op }) => op).join('; ');
  if (names(expected) !== names(found)) return `found the operation "${names(found)}"`;
  const list = (ops: readonly TruthOp[]): string[] => {
    const rows = ops.flatMap(({ io }) => io.map(write));
    return ordered ? rows : rows.sort();
  };
  return listDifference(list(expected), list(found));
}

function listDifference(expected: readonly string[], found: readonly string[]): string | null {
  for (let i = 0; i < Math.max(expected.length, found.length); i++) {
    if (expected[i] !== found[i]) return `host I/O ${i} is ${found[i] ?? 'missing'}, expected ${expected[i] ?? 'none'}`;
  }
  return null;
}

const write = ([kind, file, offset, length]: HostOp): string => `${kind} ${file} ${offset}+${length}`;

/** Leaves out reads of one sector at or past the end that its file has by then. */
function withoutReadsPastEnd(ops: readonly TruthOp[]): TruthOp[] {
  const sizes = new Map<string, Bytes>();
  const isPastEnd = ([kind, file, offset, length]: HostOp): boolean => {
    const size = sizes.get(file) ?? 0;
    if (kind === 'W') sizes.set(file, Math.max(size, offset + length));
    if (kind === 'T') sizes.set(file, offset);
    return kind === 'R' && length === 512 && offset >= size;
  };
  return ops.map(({ op, io }) => ({ op, io: io.filter((row) => !isPastEnd(row)) }));
}

function checkpointDifference(expected: TruthCheckpoint, found: Observation | undefined, rules: Rules): string | null {
  if (found === undefined || found.after !== expected.after) return `found ${found === undefined ? 'none' : `one after ${found.after}`}`;
  for (const [name, { size }] of Object.entries(expected.files)) {
    if (found.sizes[name] !== size) return `${name} has ${found.sizes[name] ?? 'no'} bytes, expected ${size}`;
  }
  if (expected.map !== undefined) {
    const difference = listDifference(mapText(expected.map, rules), mapText(found.map, rules));
    if (difference !== null) return `map: ${difference}`;
  }
  return expected.tables === undefined ? null : tablesDifference(expected.tables, found.tables ?? {});
}

/** The rows of a map; where zeros in allocated clusters are ignored, those that then go on in step are joined. */
function mapText(map: readonly (readonly unknown[])[], { ignoresHostHoles }: Rules): string[] {
  if (!ignoresHostHoles) return map.map(text);
  const rows: number[][] = [];
  for (const row of map as readonly (readonly number[])[]) {
    const [start, bytes, data, zero, depth, place] = row as [number, number, number, number, number, number];
    const last = rows[rows.length - 1];
    const goesOn = data === 1 && last?.[2] === 1 && last[4] === depth && last[5]! + last[1]! === place;
    if (goesOn) last[1]! += bytes;
    else rows.push([start, bytes, data, data === 1 ? 0 : zero, depth, place]);
  }
  return rows.map(text);
}

const text = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

function tablesDifference(expected: Readonly<Record<string, unknown>>, found: Readonly<Record<string, unknown>>): string | null {
  for (const [name, value] of Object.entries(expected)) {
    if (text(found[name]) !== text(value))
      return `tables: ${name} is ${text(found[name]).slice(0, 200)}, expected ${text(value).slice(0, 200)}`;
  }
  return null;
}
