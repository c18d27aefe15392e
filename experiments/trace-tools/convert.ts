/** `snapsim trace convert`: a trace in another format. */
import type { TraceReader } from '../../traces/batch.js';
import { openTraceNamed } from '../../traces/formats/index.js';
import type { TraceOptions } from '../../traces/formats/trace-format.js';
import { writeTrace, writableFormat, type Written } from './write-trace.js';

export interface Conversion extends Written {
  readonly from: string;
}

/**
 * Reads `input` by `options` and writes `output` in the format named `to`; an `output` that exists is replaced at the end.
 * @throws InputError at unusable input, an unknown format, a record that the format cannot hold, a file that cannot be written
 */
export function traceConvert(input: string, output: string, to: string, options: TraceOptions = {}): Conversion {
  writableFormat(to);
  let from = '';
  const open = (): TraceReader => {
    const opened = openTraceNamed(input, options);
    from = opened.format;
    return opened.reader;
  };
  const written = writeTrace(open, output, to);
  return { from, ...written };
}
