/** `snapsim trace convert`: a trace in another format, written whole or not at all. */
import { renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import { onFile } from '../../sim/system-errors.js';
import type { Bytes } from '../../sim/units.js';
import { TraceBatch } from '../../traces/batch.js';
import { openTraceNamed, traceFormats } from '../../traces/formats/index.js';
import type { TraceOptions, TraceWriter } from '../../traces/formats/trace-format.js';

export interface Conversion {
  readonly from: string;
  readonly to: string;
  readonly records: number;
  /** Size of the file that was written. */
  readonly bytes: Bytes;
}

/** The formats that can be written. */
export const writableFormats: readonly string[] = [...traceFormats]
  .filter(([, format]) => format.writes !== undefined)
  .map(([name]) => name);

/**
 * Reads `input` by `options` and writes `output` in the format named `to`; an `output` that exists is replaced at the end.
 * @throws InputError at unusable input, an unknown format, a record that the format cannot hold, a file that cannot be written
 */
export function traceConvert(input: string, output: string, to: string, options: TraceOptions = {}): Conversion {
  const format = traceFormats.get(to, '--to');
  if (format.writes === undefined) throw new InputError('--to', `${to}, which is only read`, expectedOneOf(to, writableFormats));
  if (/\.(gz|zst|xz)$/.test(output)) throw new InputError(output, 'the ending of a compressed file', 'a plain file to write');
  const partial = path.join(path.dirname(output), `.${path.basename(output)}.partial`);
  const { format: from, reader } = openTraceNamed(input, options);
  let writer: TraceWriter | null = null;
  try {
    const batch = new TraceBatch();
    writer = format.writes.create(partial, output);
    let records = 0;
    while (reader.read(batch) > 0) {
      writer.write(batch);
      records += batch.size;
    }
    writer.end();
    writer.close();
    onFile(output, () => renameSync(partial, output));
    return { from, to, records, bytes: statSync(output).size };
  } finally {
    reader.close();
    writer?.close();
    rmSync(partial, { force: true });
  }
}
