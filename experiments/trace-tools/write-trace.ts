/** A trace written in a format, whole or not at all. It does not know where the records come from. */
import { renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import { onFile } from '../../sim/system-errors.js';
import type { Bytes } from '../../sim/units.js';
import { TraceBatch, type TraceReader } from '../../traces/batch.js';
import { traceFormats } from '../../traces/formats/index.js';
import type { TraceWriter, WrittenFormat } from '../../traces/formats/trace-format.js';

export interface Written {
  readonly to: string;
  readonly records: number;
  /** Records whose times were rounded down to the format's unit. */
  readonly roundedTimes: number;
  /** Size of the file that was written. */
  readonly bytes: Bytes;
}

/** The formats that can be written. */
export const writableFormats: readonly string[] = [...traceFormats].flatMap(([name, { writes }]) => (writes === undefined ? [] : [name]));

/** What writes the format named `to`. Throws InputError naming `--to` where it is unknown or only read. */
export function writableFormat(to: string): WrittenFormat {
  const { writes } = traceFormats.get(to, '--to');
  if (writes === undefined) throw new InputError('--to', `${to}, which is only read`, expectedOneOf(to, writableFormats));
  return writes;
}

/**
 * Writes what `open` yields to `output`, which is replaced at the end if it exists; closes the reader.
 * @throws InputError as the reader does; at an unknown format, a record that it cannot hold, a file that cannot be written
 */
export function writeTrace(open: () => TraceReader, output: string, to: string): Written {
  const format = writableFormat(to);
  if (/\.(gz|zst|xz)$/.test(output)) throw new InputError(output, 'the ending of a compressed file', 'a plain file to write');
  const partial = path.join(path.dirname(output), `.${path.basename(output)}.partial`);
  const reader = open();
  let writer: TraceWriter | null = null;
  try {
    const batch = new TraceBatch();
    const { timeUnit } = format.limits;
    let records = 0;
    let roundedTimes = 0;
    writer = format.create(partial, output);
    while (reader.read(batch) > 0) {
      writer.write(batch);
      records += batch.size;
      for (let i = 0; i < batch.size; i++) if (batch.time[i]! % timeUnit !== 0) roundedTimes++;
    }
    writer.end();
    writer.close();
    onFile(output, () => renameSync(partial, output));
    return { to, records, roundedTimes, bytes: statSync(output).size };
  } finally {
    reader.close();
    writer?.close();
    rmSync(partial, { force: true });
  }
}

/** The same in words, after the name of what was done. */
export function writtenText(done: string, output: string, { to, records, roundedTimes, bytes }: Written): string {
  const rounded = roundedTimes === 0 ? '' : `; ${roundedTimes} times rounded down to the unit of the format`;
  return `${records} records ${done} as ${to} to ${output}, ${bytes} bytes${rounded}`;
}
