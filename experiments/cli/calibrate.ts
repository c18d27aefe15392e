/** `snapsim calibrate`: numbers of a disk, or the cost of a page fault, from one's own measurements. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';
import { formatTime, parseTime } from '../../sim/units.js';
import { makeFolder, writeWhole } from '../../results/store.js';
import { shortNumber } from '../../results/compare/verdict.js';
import { fioObservations, isFioJson } from '../calibrate/fio-json.js';
import { fitDisk, type DiskFit } from '../calibrate/fit-disk.js';
import { fitFaults, readFaultMeasurements, type FaultFit } from '../calibrate/fit-faults.js';
import { baseDrive, measuredDrive } from '../calibrate/measured-drive.js';
import { observationsOf, type Observation } from '../calibrate/observations.js';
import { readServed } from '../calibrate/served.js';
import { driveJson } from '../testbeds/drives/drive-json.js';
import type { DiskFile } from '../testbeds/drives/disk-file.js';
import { table } from './table.js';
import { names } from './values.js';

interface DiskOptions {
  readonly base: string;
  readonly set: string[];
  readonly fit?: string[];
  readonly hostTime: string;
  readonly format?: string;
  readonly csv?: string;
  readonly name?: string;
  readonly out?: string;
  readonly json?: true;
}

export function addCalibrate(program: Command): void {
  const calibrate = program.command('calibrate').description('fit parameters to measurements of your own, with confidence and residuals');
  calibrate
    .command('disk')
    .description("fit a disk's seek curve, rates and overhead; writes a drive for --drive FILE of snapsim replay")
    .argument(
      '<measurements...>',
      "one request at a time: fio's JSON or latency log (write_lat_log, log_offset=1), blkparse text, a trace with response times",
    )
    .requiredOption('--base <drive>', 'the disk whose other numbers hold: one of ours, or a file')
    .option(
      '--set <number=value>',
      'a number of the data sheet, such as capacitySectors=1953525168',
      (text, before: string[]) => [...before, text],
      [],
    )
    .option('--fit <numbers>', 'what to fit (default: what was measured)', names('--fit'))
    .option('--host-time <time>', 'of each request, spent outside of the drive', '0us')
    .option('--format <name>', 'the format of a trace')
    .option('--csv <mapping>', 'the columns of a CSV trace, as for snapsim trace; with response=')
    .option('--name <name>', 'of the drive (default: that of the base, and -measured)')
    .option('--out <file.json>', 'where to write the drive')
    .option('--json', 'print JSON')
    .action((files: string[], options: DiskOptions) => calibrateDisk(files, options));
  calibrate
    .command('faults')
    .description('fit the cost of a page fault')
    .argument('<measurements>', 'a CSV file with the columns pages and seconds')
    .option('--json', 'print JSON')
    .action((file: string, { json }: { readonly json?: true }) => {
      const fit = fitFaults(readFaultMeasurements(file), file);
      process.stdout.write(json === true ? `${JSON.stringify(fit, null, 1)}\n` : faultsInWords(fit));
    });
}

function calibrateDisk(files: readonly string[], options: DiskOptions): void {
  if (options.out !== undefined && !options.out.endsWith('.json'))
    throw new InputError('--out', options.out, 'a file that ends with .json');
  const base = baseDrive(options.base, options.set);
  const hostTime = parseTime(options.hostTime, '--host-time');
  const observations = files.flatMap((file) => observationsIn(file, base, hostTime, options));
  const fit = fitDisk(base, observations, options.fit ?? null);
  const from = files.map((file) => path.basename(file)).join(', ');
  const drive = measuredDrive(base, options.name ?? `${base.name}-measured`, fit.numbers, fit.fit.parameters, from);
  if (options.out !== undefined) {
    makeFolder(path.dirname(options.out));
    writeWhole(options.out, driveJson(drive));
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify({ drive: drive.name, ...asJson(base, fit) }, null, 1)}\n`);
  else
    process.stdout.write(
      `${diskInWords(base, fit)}${options.out === undefined ? '' : `drive: ${options.out} (snapsim replay --drive ${options.out})\n`}`,
    );
}

function observationsIn(file: string, base: DiskFile, hostTime: number, { format, csv }: DiskOptions): Observation[] {
  const takesWrites = !base.numbers.writeCache.value;
  const text = file.endsWith('.json') ? onFile(file, () => readFileSync(file, 'utf8')) : '';
  if (isFioJson(text)) return fioObservations(text, file, base.parameters.capacity, takesWrites, hostTime);
  return observationsOf(readServed(file, { format, csv }), takesWrites, hostTime);
}

const asJson = (base: DiskFile, { fit, left, rows }: DiskFit): object => ({
  parameters: fit.parameters.map(({ name, ...rest }) => ({
    name,
    unit: base.numbers[name as 'rpm'].unit,
    base: base.numbers[name as 'rpm'].value,
    ...rest,
  })),
  reducedChiSquare: fit.reducedChiSquare,
  notFitted: left,
  residuals: rows,
});

function diskInWords(base: DiskFile, { fit, left, rows }: DiskFit): string {
  const parameters = fit.parameters.map(({ name, value, halfWidth }) => [
    name,
    base.numbers[name as 'rpm'].unit,
    shortNumber(base.numbers[name as 'rpm'].value),
    String(Number(value.toPrecision(4))),
    `${Number((value - halfWidth).toPrecision(4))} to ${Number((value + halfWidth).toPrecision(4))}`,
  ]);
  const residuals = rows.map(({ label, n, measured, standardError, expected }) => [
    label,
    String(n),
    (measured / 1e6).toFixed(3),
    (expected / 1e6).toFixed(3),
    ((expected - measured) / 1e6).toFixed(3),
    ((expected - measured) / standardError).toFixed(1),
  ]);
  const fits =
    fit.reducedChiSquare < 3 ? '' : ': the disk behaves in a way that these numbers do not give; the intervals are widened by it';
  return [
    table(['number', 'unit', 'base', 'fitted', '95 %'], parameters),
    '',
    table(['measured', 'n', 'ms', 'fitted ms', 'residual ms', 'in standard errors'], residuals),
    '',
    `residuals: chi-square over the degrees of freedom ${shortNumber(fit.reducedChiSquare)}${fits}`,
    ...left.map(({ name, measure }) => `not fitted: ${name} (takes ${measure})`),
    '',
  ].join('\n');
}

function faultsInWords({ perPage, fixed, r2, rows }: FaultFit): string {
  const time = (value: number): string => (value < 0 ? `-${formatTime(-value)}` : formatTime(value));
  const residuals = rows.map(({ pages, seconds, fitted }) => [
    String(pages),
    seconds.toPrecision(4),
    fitted.toPrecision(4),
    (seconds - fitted).toPrecision(2),
  ]);
  return [
    `a page: ${time(perPage.mean)} [${time(perPage.low)}, ${time(perPage.high)}]; once: ${time(fixed.mean)} [${time(fixed.low)}, ${time(fixed.high)}]; r2 ${r2.toFixed(4)}`,
    '',
    table(['pages', 'seconds', 'fitted', 'residual'], residuals),
    '',
    'in a config, where it lies within the range that the test-bed leaves open:',
    `testbed: {name: consnap, set: {memory.costs.fault: ${Math.round(perPage.mean)}ns}}`,
    '',
  ].join('\n');
}
