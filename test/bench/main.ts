/**
 * `npm run bench`: the speed of the hot paths against their targets, what ten million requests need in memory, and how fast and small each
 * image format is. `npm run bench -- planning [FORMAT]` measures the formats alone, `-- postmark` the creation of 50 GB of files, `-- damage` reads damaged traces.
 * With --small each benchmark runs once with a hundredth of its work, to see that it still does. Speeds are printed, never asserted.
 */
import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { table } from '../../experiments/cli/table.js';
import { measure } from './bench.js';
import { damageLines } from './damage.js';
import { diskBenchmarks } from './disk.js';
import { kernelBenchmarks } from './kernel.js';
import { measureMethod, memorySnapshotsTable } from './memory-snapshots.js';
import { measureOne, planningTable } from './planning.js';
import { postmarkLines } from './postmark.js';
import { replayBenchmarks, replayGenerated } from './replay.js';
import { sweepLine } from './sweep.js';
import { traceBenchmarks } from './traces.js';

const small = process.argv.includes('--small');
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const only = words[0] ?? '';

const benchmarks = [...kernelBenchmarks, ...diskBenchmarks, ...traceBenchmarks, ...replayBenchmarks].filter(({ name }) =>
  name.includes(only),
);
const rows = benchmarks.map((benchmark) => {
  const { name, unit, rate, target, hash } = measure(benchmark, small);
  return [name, `${rate.toFixed(2)} M ${unit}/s`, `${target} M`, small ? '' : rate >= target ? 'reached' : 'missed', hash];
});
if (rows.length > 0) process.stdout.write(`${table(['benchmark', 'per CPU-second', 'target', '', 'hash of the result'], rows)}\n`);

// A process of its own: what the benchmarks before it needed must not count.
if (only === 'memory') printMemory();
else if (only === 'postmark') process.stdout.write(`${postmarkLines(small)}\n`);
else if (only === 'damage') process.stdout.write(`${damageLines(small)}\n`);
else if (only === 'sweep') process.stdout.write(`${await sweepLine(small)}\n`);
else if (only === 'memory-snapshots') process.stdout.write(`${memorySnapshotsTable(process.argv[1]!, small)}\n`);
else if (only === 'memory-snapshots-of') process.stdout.write(measureMethod(words[1] ?? '', words[2] ?? ''));
else if (only === 'planning-of') process.stdout.write(`${measureOne(words[1] ?? '', words[2] ?? '', small)}\n`);
else if (only === 'planning') process.stdout.write(`${planningTable(process.argv[1]!, words[1] ?? '', small)}\n`);
else if (only === '') {
  process.stdout.write(execFileSync(process.execPath, [process.argv[1]!, 'memory', ...(small ? ['--small'] : [])], { encoding: 'utf8' }));
  process.stdout.write(`\n${planningTable(process.argv[1]!, '', small)}\n`);
  process.stdout.write(`\n${await sweepLine(small)}\n`);
}

function printMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapAfter = (requests: number): string => {
    replayGenerated('qcow2-0.12', requests);
    collect();
    return `${(process.memoryUsage().heapUsed / 1e6).toFixed(1)} MB`;
  };
  const [few, many] = small ? [1e4, 1e5] : [1e6, 1e7];
  const lines = [few, many].map((requests) => `heap in use after ${requests} requests: ${heapAfter(requests)}`);
  const peak = process.resourceUsage().maxRSS / 1e3;
  process.stdout.write(`\n${lines.join('\n')}\npeak memory: ${peak.toFixed(0)} MB (target: 300 MB) ${peak < 300 ? 'reached' : 'missed'}\n`);
}
