/** Where the requests of a guest's disk come from, by name: the generated workloads, and a recorded trace. */
import { InputError } from '../../sim/errors.js';
import type { OptionSet } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { formatBytes, type Bytes } from '../../sim/units.js';
import type { TraceReader } from '../../traces/batch.js';
import { syntheticWorkloads } from '../../traces/synthetic/index.js';
import type { Chosen } from '../config/section.js';
import type { Refuse } from './study.js';
import { checkTraceSource, lookIntoTrace, openTraceSource, traceSourceOf, traceSourceOptions } from './trace-source.js';

type Given = Readonly<Record<string, string>>;

interface RequestSource {
  readonly about: string;
  readonly options: OptionSet;
  /** Refuses options that contradict each other, or do not fit the disk; it opens no file. */
  check(given: Given, diskBytes: Bytes, refuse: Refuse): void;
  checkFiles(given: Given, fileOf: (name: string) => string): void;
  open(given: Given, seed: number, fileOf: (name: string) => string): TraceReader;
}

const trace: RequestSource = {
  about: 'a recorded trace',
  options: traceSourceOptions,
  // Where a trace ends is known to who reads it.
  check: (given, _diskBytes, refuse) => checkTraceSource(traceSourceOf(given), 'requests', refuse),
  checkFiles: (given, fileOf) => lookIntoTrace(traceSourceOf(given), fileOf),
  open: (given, _seed, fileOf) => openTraceSource(traceSourceOf(given), fileOf),
};

/** Refuses options of a generated workload that contradict each other, by opening it, and requests beyond the end of the disk. */
export function checkWorkload(section: string, { name, options }: Chosen, diskBytes: Bytes, refuse: Refuse): void {
  const source = syntheticWorkloads.get(name, section);
  try {
    source.open(options, 0, name).close();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    refuse(`${section}.${error.where.split('.').pop()!}`, error.found, error.expected);
  }
  const { option, end } = source.reach(options, name);
  if (end > diskBytes)
    refuse(
      `${section}.${option}`,
      `requests up to ${formatBytes(end)}`,
      `all within the ${formatBytes(diskBytes)} of the disk (disk.size)`,
    );
}

const generated = Object.fromEntries(
  [...syntheticWorkloads].map(([name, source]): [string, RequestSource] => [
    name,
    {
      about: source.about,
      options: source.options,
      check: (given, diskBytes, refuse) => checkWorkload('requests', { name, options: given }, diskBytes, refuse),
      checkFiles: () => undefined,
      open: (given, seed) => source.open(given, seed, name),
    },
  ]),
);

export const requestSources = new Registry<RequestSource>('source of requests', { ...generated, trace });
