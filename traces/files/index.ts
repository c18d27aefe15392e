/** The programs on files by name. */
import { readOptions, type OptionSet } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { linuxBoot, serverStart } from './boot.js';
import type { FileProgram } from './file-operation.js';
import type { FileWorkload } from './file-workload.js';
import { iometer } from './iometer.js';
import { kernelCompile } from './kernel-compile.js';
import { osInstall } from './os-install.js';
import { postMark } from './postmark.js';
import { sequential } from './sequential.js';

/** A workload whose options are read from text or plain values when it is opened. */
export interface NamedFileWorkload {
  readonly about: string;
  readonly source: string;
  readonly phases: readonly string[];
  readonly options: OptionSet;
  /** Throws InputError, naming `where`, at options that are unknown or wrong. */
  open(given: Readonly<Record<string, unknown>>, seed: number | string, where: string): FileProgram;
}

const named = <S extends OptionSet>(workload: FileWorkload<S>): NamedFileWorkload => ({
  about: workload.about,
  source: workload.source,
  phases: workload.phases,
  options: workload.options,
  open: (given, seed, where) => workload.open(readOptions(workload.options, given, where), seed),
});

export const fileWorkloads = new Registry<NamedFileWorkload>('file workload', {
  postmark: named(postMark),
  'kernel-compile': named(kernelCompile),
  'os-install': named(osInstall),
  'linux-boot': named(linuxBoot),
  'server-start': named(serverStart),
  iometer: named(iometer),
  sequential: named(sequential),
});
