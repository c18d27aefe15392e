/** The trace formats by name, and opening a trace of whichever format it is. */
import { InputError } from '../../sim/errors.js';
import { Registry } from '../../sim/registry.js';
import type { TraceReader } from '../batch.js';
import { openSource } from '../source/byte-source.js';
import { ByteWindow } from '../source/byte-window.js';
import { blkparse } from './blkparse.js';
import { blktrace } from './blktrace.js';
import { csv } from './csv.js';
import { snaptrace } from './snaptrace.js';
import { headBytes, type TraceFormat, type TraceOptions } from './trace-format.js';

/** In the order in which they are tried on a file of unknown format. */
export const traceFormats = new Registry<TraceFormat>('trace format', {
  snaptrace,
  blktrace,
  blkparse,
  csv,
});

/** A trace that is open, and the name of the format it turned out to be. */
export interface OpenedTrace {
  readonly format: string;
  readonly reader: TraceReader;
}

/**
 * Opens a trace file, plain or compressed. The caller closes the reader.
 * @throws InputError where the file is missing, of no known format, or does not fit the options
 */
export function openTraceNamed(path: string, options: TraceOptions = {}): OpenedTrace {
  const input = new ByteWindow(openSource(path));
  try {
    const name = options.format ?? (options.csv === undefined ? detect(path, input.head(headBytes)) : 'csv');
    const format = traceFormats.get(name, '--format');
    if (options.action !== undefined && !format.hasActions) {
      throw new InputError('--action', options.action, `no action, as ${path} (${name}) holds requests, not the events of their life`);
    }
    return { format: name, reader: format.open(input, options) };
  } catch (error) {
    input.close();
    throw error;
  }
}

/** As `openTraceNamed`, for a caller who does not care which format it is. */
export const openTrace = (path: string, options: TraceOptions = {}): TraceReader => openTraceNamed(path, options).reader;

function detect(path: string, head: Uint8Array): string {
  if (head.length === 0) throw new InputError(path, 'an empty file', 'a trace with at least one record');
  for (const [name, format] of traceFormats) if (format.recognises(path, head)) return name;
  const begin = JSON.stringify(new TextDecoder('latin1').decode(head.subarray(0, 32)));
  throw new InputError(
    path,
    `a file that begins with ${begin}`,
    `one of the formats ${traceFormats.names.join(', ')} (a CSV file needs its columns: --csv time=1:s,op=2,offset=3,bytes=4)`,
  );
}
