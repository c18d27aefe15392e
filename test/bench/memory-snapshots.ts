/**
 * What one run of each method of memory snapshots needs, in a process of its own: 200 s of a guest of 2 GB, page by page, against 3 s of
 * processor time and 300 MB; and with ConSnap a guest of 64 GB, in less than 4 GB.
 */
import { execFileSync } from 'node:child_process';
import { table } from '../../experiments/cli/table.js';
import { MemoryMachine, memorySetupOf } from '../../experiments/run/memory-machine.js';
import { consnap } from '../../experiments/testbeds/consnap.js';
import { memoryMethods } from '../../models/memory/index.js';
import { second } from '../../sim/units.js';
import { memoryWorkloads } from '../../traces/memory/generated/index.js';

const seconds = 200;

/** One run, measured in this process: processor seconds, peak MB, snapshots, pages of the last. */
export function measureMethod(method: string, memory: string): string {
  const isLarge = memory !== '2GiB';
  const guest = memoryWorkloads.get(isLarge ? 'memcached' : 'compilation', 'bench').make({ memory }, 1, 'bench');
  const before = process.cpuUsage();
  const machine = new MemoryMachine(memorySetupOf(consnap, method, isLarge ? 'none' : 'adaptive'), guest);
  const plan = isLarge
    ? { first: second, interval: second, count: 1, fullFrom: 0 }
    : { first: 10 * second, interval: 5 * second, count: 38, fullFrom: Infinity };
  machine.run(plan, (isLarge ? 10 : 1) * seconds * second);
  const { user, system } = process.cpuUsage(before);
  const peak = process.resourceUsage().maxRSS / 1e3;
  return JSON.stringify([(user + system) / 1e6, peak, machine.host.records.length]);
}

/** A table over all methods. @param main the benchmark's own program, which is started anew for each */
export function memorySnapshotsTable(main: string, small: boolean): string {
  const measured = (method: string, memory: string): [number, number, number] =>
    JSON.parse(execFileSync(process.execPath, [main, 'memory-snapshots-of', method, memory], { encoding: 'utf8' })) as [
      number,
      number,
      number,
    ];
  const methods = small ? memoryMethods.names.slice(0, 1) : memoryMethods.names;
  const runs: [string, string, number, number][] = methods.map((method) => [method, '2GiB', 3, 300]);
  if (!small) for (const method of memoryMethods.names) runs.push([method, '64GiB', Infinity, 4000]);
  return table(
    ['method', 'guest', 'processor s', 'peak MB', 'snapshots', ''],
    runs.map(([method, memory, time, megabytes]) => {
      const [used, peak, snapshots] = measured(method, memory);
      return [method, memory, used.toFixed(2), peak.toFixed(0), String(snapshots), used < time && peak < megabytes ? 'reached' : 'missed'];
    }),
  );
}
