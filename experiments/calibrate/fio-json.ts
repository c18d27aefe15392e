/** What fio's JSON says of each of its jobs: random accesses over a region, a run in sequence, or the same block again and again. */
import { InputError } from '../../sim/errors.js';
import { RandomStream } from '../../sim/random.js';
import { parseSize, sectorBytes, type Bytes, type Sectors } from '../../sim/units.js';
import type { Accesses, Observation } from './observations.js';

interface Side {
  readonly total_ios?: number;
  readonly io_bytes?: number;
  readonly runtime?: number;
  readonly lat_ns?: { readonly mean?: number; readonly stddev?: number };
}
interface Job {
  readonly jobname?: string;
  readonly 'job options'?: Readonly<Record<string, string>>;
  readonly read?: Side;
  readonly write?: Side;
}
interface Output {
  readonly 'global options'?: Readonly<Record<string, string>>;
  readonly jobs?: readonly Job[];
}

/** A region below this may lie in the drive's buffer as a whole. */
const regionAtLeast: Bytes = 1 << 28;
/** Places drawn for the expected time of random accesses. */
const draws = 400;

/** Whether a text is what `fio --output-format=json` prints. */
export const isFioJson = (text: string): boolean => /^\s*\{/.test(text) && text.includes('"fio version"');

/**
 * @param capacity of the drive, for jobs that state no size
 * @throws InputError at what is no output of fio, or a job that says nothing of a disk
 */
export function fioObservations(text: string, file: string, capacity: Sectors, takesWrites: boolean, hostTime: number): Observation[] {
  let output: Output;
  try {
    output = JSON.parse(text) as Output;
  } catch {
    throw new InputError(file, 'no JSON', 'what fio --output-format=json prints');
  }
  if (!Array.isArray(output.jobs) || output.jobs.length === 0) throw new InputError(file, 'no job', 'what fio --output-format=json prints');
  return output.jobs.flatMap((job: Job, i) => {
    const where = `${file}: job ${job.jobname ?? i + 1}`;
    const options = { ...output['global options'], ...job['job options'] };
    return observationsOfJob(job, options, where, capacity, hostTime).filter(
      ({ what }) => takesWrites || !(what.kind === 'access' ? what.isWrite : what.kind === 'spread' && what.of.isWrite),
    );
  });
}

function observationsOfJob(
  job: Job,
  options: Readonly<Record<string, string>>,
  where: string,
  capacity: Sectors,
  hostTime: number,
): Observation[] {
  for (const name of ['iodepth', 'numjobs']) {
    const value = options[name] ?? '1';
    if (value !== '1')
      throw new InputError(where, `${name}=${value}`, `${name}=1: of several requests in flight the times say nothing of one seek`);
  }
  const rw = options['rw'] ?? options['readwrite'] ?? 'read';
  const isWrite = rw.includes('write');
  if (!['read', 'randread', 'randwrite'].includes(rw)) throw new InputError(where, `rw=${rw}`, 'rw=read, randread or randwrite');
  const side = isWrite ? job.write : job.read;
  const n = side?.total_ios ?? 0;
  const { mean, stddev } = side?.lat_ns ?? {};
  if (n < 20 || mean === undefined || stddev === undefined) throw new InputError(where, `${n} requests with a latency`, 'at least 20');
  const wholeDrive = capacity * sectorBytes;
  const block = sizeOf(options['bs'] ?? options['blocksize'] ?? '4k', wholeDrive, where);
  const offset = sizeOf(options['offset'] ?? '0', wholeDrive, where);
  const region = options['size'] === undefined ? wholeDrive - offset : sizeOf(options['size'], wholeDrive, where);
  const label = `${where}: ${rw}`;
  if (region <= block) {
    const standardError = Math.max(stddev / Math.sqrt(n), 0.005 * mean);
    return [{ what: { kind: 'hit', sectors: block / sectorBytes }, measured: mean - hostTime, standardError, n, label }];
  }
  if (rw === 'read') return [streamOf(side!, n, block, offset, region, label)];
  if (region < regionAtLeast)
    throw new InputError(where, `random accesses over ${region} bytes`, `at least ${regionAtLeast}: less may lie in the drive's buffer`);
  const what = randomAccesses(offset, region, block, isWrite, label);
  const standardError = stddev / Math.sqrt(n);
  return [
    { what, measured: mean - hostTime, standardError, n, label },
    {
      what: { kind: 'spread', of: what },
      measured: stddev,
      standardError: stddev * Math.sqrt(0.8 / (4 * n)),
      n,
      label: `${label}: spread`,
    },
  ];
}

function streamOf({ io_bytes: bytes, runtime }: Side, n: number, block: Bytes, offset: Bytes, region: Bytes, label: string): Observation {
  if (bytes === undefined || runtime === undefined || runtime < 100)
    throw new InputError(label, `${runtime ?? 0} ms`, 'at least 100 ms of reads');
  const measured = (runtime * 1e6) / n;
  const sectors = Math.floor(Math.min(bytes, region) / sectorBytes);
  const what = { kind: 'stream', start: offset / sectorBytes, sectors, requestSectors: block / sectorBytes } as const;
  return { what, measured, standardError: 0.005 * measured, n, label };
}

/** As fio draws them: even over the blocks of the region. */
function randomAccesses(offset: Bytes, region: Bytes, block: Bytes, isWrite: boolean, name: string): Accesses {
  const stream = new RandomStream(1, name);
  const place = (): Sectors => (offset + stream.below(Math.floor(region / block)) * block) / sectorBytes;
  const to = Array.from({ length: draws }, place);
  return {
    kind: 'access',
    isWrite,
    from: to.map(() => place() + block / sectorBytes),
    to,
    sectors: to.map(() => block / sectorBytes),
  };
}

/** fio's units are binary; a share is one of the drive. */
function sizeOf(text: string, whole: Bytes, where: string): Bytes {
  if (/^[0-9]+%$/.test(text)) return Math.floor((whole * Number(text.slice(0, -1))) / 100 / sectorBytes) * sectorBytes;
  const bytes = parseSize(
    text.replace(/([kmgt])i?b?$/i, (_, letter: string) => letter.toUpperCase()),
    where,
  );
  if (bytes % sectorBytes !== 0) throw new InputError(where, text, 'a multiple of 512 bytes');
  return bytes;
}
