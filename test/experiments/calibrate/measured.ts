/** Measurements of a disk whose numbers are known: the simulated disk, asked one request at a time, as fio would. */
import { replayClosed } from '../../../experiments/validate/disk/replay.js';
import type { DiskFile } from '../../../experiments/testbeds/drives/disk-file.js';
import { fcfs } from '../../../models/devices/schedulers/fcfs.js';
import { Kind } from '../../../models/io/plan.js';
import { RandomStream } from '../../../sim/random.js';

export interface Asked {
  readonly isWrite: boolean;
  readonly sector: number;
  readonly sectors: number;
}

/** Lines of fio's latency log: milliseconds at completion, nanoseconds, direction, bytes, offset, priority. */
export function fioLogOf(drive: DiskFile, asked: readonly Asked[]): string {
  const requests = {
    file: 'asked',
    kind: asked.map(({ isWrite }) => (isWrite ? Kind.WRITE : Kind.READ)),
    sector: Float64Array.from(asked, ({ sector }) => sector),
    sectors: Float64Array.from(asked, ({ sectors }) => sectors),
  };
  const think = Float64Array.from(asked, () => 0.01);
  const { responseMs } = replayClosed(drive.parameters, fcfs, requests, think);
  let now = 0;
  const lines = asked.map(({ isWrite, sector, sectors }, i) => {
    now += responseMs[i]! + 0.01;
    return `${Math.floor(now)}, ${Math.round(responseMs[i]! * 1e6)}, ${isWrite ? 1 : 0}, ${sectors * 512}, ${sector * 512}, 0`;
  });
  return `${lines.join('\n')}\n`;
}

/** Random accesses over a share of the drive, many of them near the one before, as a user would ask for short seeks too. */
export function randomAccesses(drive: DiskFile, count: number, isWrite: boolean, name: string, near = 0.4): Asked[] {
  const stream = new RandomStream(1, name);
  const all = drive.parameters.capacity - 4096;
  let last = 0;
  return Array.from({ length: count }, () => {
    const reach = all * 10 ** (-4 * stream.uniform());
    const sector = stream.chance(near) ? last + Math.floor((stream.uniform() - 0.5) * reach) : stream.below(all);
    last = Math.min(all, Math.max(0, Math.floor(sector / 8) * 8));
    return { isWrite, sector: last, sectors: 8 };
  });
}

export const sequence = (start: number, count: number, sectors: number): Asked[] =>
  Array.from({ length: count }, (_, i) => ({ isWrite: false, sector: start + i * sectors, sectors }));

export const again = (sector: number, count: number): Asked[] =>
  Array.from({ length: count }, () => ({ isWrite: false, sector, sectors: 8 }));
