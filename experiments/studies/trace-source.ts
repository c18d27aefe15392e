/** A recorded block trace as a part of a config: which file, and how it is read. */
import { InputError } from '../../sim/errors.js';
import { choice, readOptions, type Values } from '../../sim/options.js';
import { TraceBatch, type TraceReader } from '../../traces/batch.js';
import { openTrace, traceFormats } from '../../traces/formats/index.js';
import { traceTimeUnits, type TraceOptions } from '../../traces/formats/trace-format.js';
import type { Refuse } from './study.js';

export const traceSourceOptions = {
  file: { kind: 'file', about: 'the trace, plain, .gz or .zst; from the folder of the config', default: '' },
  format: choice('its format', ['by content', ...traceFormats.names], 'by content'),
  action: choice('which event of a blktrace is the request', ['Q', 'D', 'C'], 'Q'),
  device: { kind: 'text', about: 'which disk, of a trace that holds several, such as 8,0', default: '' },
  timeUnit: choice('the unit of times, for formats that leave it open', ['as the format says', ...traceTimeUnits], 'as the format says'),
  csv: { kind: 'text', about: 'the columns of a CSV file, e.g. time=1:us,op=2,offset=3:sectors,bytes=4', default: '' },
  skipBad: { kind: 'count', about: 'places without a record that are stepped over before one is an error', default: 0 },
} as const;
export type TraceSource = Values<typeof traceSourceOptions>;

/** What was chosen by texts. */
export const traceSourceOf = (given: Readonly<Record<string, string>>): TraceSource => readOptions(traceSourceOptions, given, 'trace');

/** @param section where the name of the file belongs */
export function checkTraceSource({ file }: TraceSource, section: string, refuse: Refuse): void {
  if (file === '') refuse(`${section}.file`, 'no file', `the name of a trace, as in ${section}: {file: run.blktrace.0}`);
}

/** Throws InputError at a file that is no trace. */
export function openTraceSource(
  { file, format, action, device, timeUnit, csv, skipBad }: TraceSource,
  fileOf: (name: string) => string,
): TraceReader {
  const options: TraceOptions = {
    format: format === 'by content' ? undefined : format,
    // The default is not handed over: formats without events refuse to be asked for one.
    action: action === 'Q' ? undefined : action,
    device: device === '' ? undefined : device,
    timeUnit: timeUnit === 'as the format says' ? undefined : timeUnit,
    csv: csv === '' ? undefined : csv,
    skipBad: skipBad === 0 ? undefined : skipBad,
  };
  return openTrace(fileOf(file), options);
}

/** Reads the first records. */
export function lookIntoTrace(source: TraceSource, fileOf: (name: string) => string): void {
  const reader = openTraceSource(source, fileOf);
  try {
    if (reader.read(new TraceBatch(64)) === 0) throw new InputError(fileOf(source.file), 'no record', 'at least one request');
  } finally {
    reader.close();
  }
}
