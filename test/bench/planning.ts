/**
 * How fast each image format plans requests with no disk attached, and what an image of a large disk needs in memory. Every format is
 * measured in a process of its own: what the ones before it needed must not count.
 */
import { execFileSync } from 'node:child_process';
import { table } from '../../experiments/cli/table.js';
import { formats } from '../../models/formats/index.js';
import { Next, Op, type ImageFormat } from '../../models/io/image-format.js';
import { Plan } from '../../models/io/plan.js';
import { InputError } from '../../sim/errors.js';
import { defaults, readOptions } from '../../sim/options.js';
import { GiB, MiB, type Bytes } from '../../sim/units.js';
import { TraceBatch } from '../../traces/batch.js';
import { mixed } from '../../traces/synthetic/mixed.js';

const targets = { cpuSeconds: 2, megabytes: 200 } as const;
/** Names under which formats have the size of what they allocate as one. */
const clusterOptions = ['cluster', 'block', 'record'];
/** A tenth of the disk is written in stretches of this size, in writes of the other. */
const stretchBytes: Bytes = 64 * MiB;
const writeBytes: Bytes = MiB;

interface Planned {
  readonly requests: number;
  /** Entries of all plans, and a number that depends on the last one of each step. */
  readonly entries: number;
  readonly hash: number;
}

/** Carries requests out on an image, one after another, as if every I/O took no time; the plan is used again and again. */
class Planner {
  entries = 0;
  hash = 0;
  private readonly plan = new Plan();

  constructor(private readonly image: ImageFormat) {}

  run(op: Op, offset: Bytes = 0, bytes: Bytes = 0): void {
    const { image, plan } = this;
    image.begin(0, op, offset, bytes);
    for (let next = Next.CONTINUE; next !== Next.DONE;) {
      next = image.step(0, plan.clear());
      while (image.released.size > 0) image.released.shift();
      this.entries += plan.size;
      const last = plan.size - 1;
      if (last >= 0) this.hash = (Math.imul(this.hash, 31) + plan.offset[last]! + plan.bytes[last]! + last) | 0;
    }
  }
}

function makeImage(name: string, diskBytes: Bytes, given: Readonly<Record<string, string>>): ImageFormat {
  const model = formats.get(name, 'format');
  const raw = formats.get('raw', 'format');
  const context = { diskBytes, cache: 'none', slots: 1 } as const;
  const backing = model.hasBacking ? raw.make({ ...context, backing: null, name: 'base' }, defaults(raw.options)) : null;
  return model.make({ ...context, backing }, readOptions(model.options, given, name));
}

/** Plans so many requests of 4 to 64 KiB, half of them reads, on a disk of 10 GiB. */
function planRequests(name: string, requests: number): Planned {
  const planner = new Planner(makeImage(name, 10 * GiB, {}));
  planner.run(Op.CREATE);
  planner.run(Op.OPEN);
  const trace = mixed.open({ ...defaults(mixed.options), requests }, 1);
  const batch = new TraceBatch();
  while (trace.read(batch) > 0) {
    for (let i = 0; i < batch.size; i++) planner.run(batch.op[i]!, batch.offset[i], batch.bytes[i]);
  }
  return { requests, entries: planner.entries, hash: planner.hash };
}

/** The largest disk up to `diskBytes` that a format has, in halves. */
function largestImage(name: string, diskBytes: Bytes, given: Readonly<Record<string, string>>): { image: ImageFormat; diskBytes: Bytes } {
  try {
    return { image: makeImage(name, diskBytes, given), diskBytes };
  } catch (error) {
    if (!(error instanceof InputError) || diskBytes <= GiB) throw error;
    return largestImage(name, diskBytes / 2, given);
  }
}

/** Writes a tenth of a disk, in stretches that are spread over all of it, with clusters of 64 KiB where the format has a choice. */
function fillTenth(name: string, diskBytes: Bytes): Bytes {
  const { options } = formats.get(name, 'format');
  const cluster = clusterOptions.find((option) => Object.hasOwn(options, option));
  const made = largestImage(name, diskBytes, cluster === undefined ? {} : { [cluster]: '64 KiB' });
  const planner = new Planner(made.image);
  planner.run(Op.CREATE);
  planner.run(Op.OPEN);
  for (let start = 0; start + stretchBytes <= made.diskBytes; start += 10 * stretchBytes) {
    for (let at = start; at < start + stretchBytes; at += writeBytes) planner.run(Op.WRITE, at, writeBytes);
  }
  return made.diskBytes;
}

/** What a process of its own prints of one format: CPU seconds and a hash of the plans, or peak megabytes and the disk in GiB. */
export function measureOne(what: string, name: string, isSmall: boolean): string {
  if (what === 'speed') {
    const before = process.cpuUsage();
    const { hash } = planRequests(name, isSmall ? 10_000 : 1_000_000);
    const { user, system } = process.cpuUsage(before);
    return `${(user + system) / 1e6} ${(hash >>> 0).toString(16).padStart(8, '0')}`;
  }
  const diskBytes = fillTenth(name, isSmall ? 16 * GiB : 1024 * GiB);
  return `${process.resourceUsage().maxRSS / 1e3} ${diskBytes / GiB}`;
}

/** Measures every format, or those whose name has `only` in it, against its targets. */
export function planningTable(main: string, only: string, isSmall: boolean): string {
  const inOwnProcess = (what: string, name: string): string[] => {
    const words = [main, 'planning-of', what, name, ...(isSmall ? ['--small'] : [])];
    return execFileSync(process.execPath, words, { encoding: 'utf8' }).trim().split(' ');
  };
  const verdict = (isReached: boolean): string => (isSmall ? '' : isReached ? 'reached' : 'missed');
  const names = [...formats].map(([name]) => name).filter((name) => name.includes(only));
  const rows = names.map((name) => {
    const [seconds, hash] = inOwnProcess('speed', name);
    const [megabytes, gigabytes] = inOwnProcess('memory', name);
    return [
      name,
      `${Number(seconds).toFixed(2)} s`,
      verdict(Number(seconds) < targets.cpuSeconds),
      hash!,
      `${Number(megabytes).toFixed(0)} MB`,
      verdict(Number(megabytes) < targets.megabytes),
      `${gigabytes} GiB`,
    ];
  });
  const requests = isSmall ? '10,000 requests' : '1 million requests';
  return table(
    ['format', `CPU, ${requests}`, `target ${targets.cpuSeconds} s`, 'hash', 'peak memory', `target ${targets.megabytes} MB`, 'disk'],
    rows,
  );
}
