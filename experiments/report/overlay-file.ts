/** A CSV file with points of one's own, laid over the charts of a report. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { OverlayPoint } from '../../results/charts/index.js';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';

const needed = ['figure', 'series', 'x', 'y'];
const known = [...needed, 'panel'];

/** By the chart's id. Whether a chart takes them is told where it is drawn. */
export type Overlays = ReadonlyMap<string, readonly OverlayPoint[]>;

/** @throws InputError naming the line: no such column, a field too many, y no number */
export function readOverlay(file: string): Overlays {
  const text = onFile(file, () => readFileSync(file, 'utf8'));
  const [head, ...records] = recordsOf(text, file);
  if (head === undefined) throw new InputError(file, 'an empty file', `a line with the columns ${needed.join(',')}`);
  const names = head.record;
  const where = (line: number): string => `${file}:${line}`;
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new InputError(where(head.line), `no column ${missing.join(', ')}`, `${needed.join(',')} and perhaps panel`);
  const stray = names.find((name, i) => !known.includes(name) || names.indexOf(name) !== i);
  if (stray !== undefined) throw new InputError(where(head.line), `the column "${stray}"`, `each of ${known.join(', ')} at most once`);
  const found = new Map<string, OverlayPoint[]>();
  for (const { record, line } of records) {
    if (record.length !== names.length)
      throw new InputError(where(line), `${record.length} fields`, `${names.length}, as in the first line`);
    const cells = Object.fromEntries(names.map((name, i) => [name, record[i]!])) as Record<string, string>;
    const y = cells['y']!.trim() === '' ? NaN : Number(cells['y']);
    if (!Number.isFinite(y)) throw new InputError(where(line), `y = "${cells['y']}"`, 'a number');
    const panel = cells['panel'] ?? '';
    const point = { series: cells['series']!, x: cells['x']!, y, ...(panel === '' ? {} : { panel }) };
    const figure = cells['figure']!;
    found.set(figure, [...(found.get(figure) ?? []), point]);
  }
  return found;
}

interface NumberedRecord {
  readonly record: readonly string[];
  readonly line: number;
}

function recordsOf(text: string, file: string): NumberedRecord[] {
  try {
    const parsed = parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return parsed.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    throw new InputError(lines === undefined ? file : `${file}:${lines}`, message, 'CSV as RFC 4180 has it');
  }
}
