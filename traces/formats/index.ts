/** The trace formats by name, and opening a trace of whichever format it is. */
import { InputError } from '../../sim/errors.js';
import { Registry } from '../../sim/registry.js';
import type { TraceReader } from '../batch.js';
import { openSource } from '../source/byte-source.js';
import { ByteWindow } from '../source/byte-window.js';
import { blkparse } from './blkparse.js';
import { blktrace } from './blktrace.js';
import { alibaba, cloudphysics, disksim, disksimValidate, fiu, k5cloud, msr, spc, systor17, tencent } from './column-formats.js';
import { csv } from './csv.js';
import { detectFormat } from './detect.js';
import { fioV2, fioV3 } from './fio-iolog.js';
import { nbdkit } from './nbdkit.js';
import { Skips } from './skips.js';
import { snaptrace } from './snaptrace.js';
import { headBytes, type SpecialOption, type TraceFormat, type TraceOptions } from './trace-format.js';
import { vscsiV1, vscsiV2 } from './vscsi.js';

export const traceFormats = new Registry<TraceFormat>('trace format', {
  snaptrace,
  blktrace,
  blkparse,
  csv,
  'fio-v2': fioV2,
  'fio-v3': fioV3,
  'vscsi-v1': vscsiV1,
  'vscsi-v2': vscsiV2,
  msr,
  spc,
  alibaba,
  tencent,
  systor17,
  k5cloud,
  cloudphysics,
  disksim,
  'disksim-validate': disksimValidate,
  fiu,
  nbdkit,
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
    const name = options.format ?? (options.csv === undefined ? detectFormat(path, input.head(headBytes), traceFormats) : 'csv');
    const format = traceFormats.get(name, '--format');
    for (const [option, flag] of specialOptions) {
      const given = options[option];
      if (given === undefined || format.uses.includes(option)) continue;
      throw new InputError(
        flag,
        String(given),
        `${option === 'action' ? 'no action' : `no ${flag}`}, for which ${name} has no use (${path})`,
      );
    }
    const skips = new Skips(options.skipBad ?? 0, (count, first) => options.onSkipped?.(path, count, first));
    return { format: name, reader: format.open(input, { ...options, skips }) };
  } catch (error) {
    input.close();
    throw error;
  }
}

const specialOptions: readonly (readonly [SpecialOption, string])[] = [
  ['action', '--action'],
  ['device', '--device'],
  ['timeUnit', '--time-unit'],
  ['csv', '--csv'],
  ['skipBad', '--skip-bad'],
];

/** As `openTraceNamed`, for a caller who does not care which format it is. */
export const openTrace = (path: string, options: TraceOptions = {}): TraceReader => openTraceNamed(path, options).reader;
