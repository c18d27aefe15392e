/** Words for a shell, and lists of shards as schedulers write them. */
import { InputError } from '../../sim/errors.js';

/** A word that a POSIX shell takes as it is. */
export const quoted = (word: string): string =>
  /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** [1, 2, 3, 7] -> `1-3,7`. The numbers are in ascending order. */
export function ranges(numbers: readonly number[]): string {
  const parts: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const open = parts.at(-1);
    if (open?.last === number - 1) open.last = number;
    else parts.push({ first: number, last: number });
  }
  return parts.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** Shards by number, as a queue has them. */
export interface ShardsInQueue {
  readonly waiting: ReadonlySet<number>;
  readonly running: ReadonlySet<number>;
}

const statesOfWaiting = ['PENDING', 'SUSPENDED'];
const statesOfRunning = ['CONFIGURING', 'RUNNING', 'COMPLETING'];

/** Words behind `squeue` for the array `job`: a line for each task, as a task list is shortened where it is long. `queuedShards` reads the answer. */
export const queueWords = (job: string): string[] => [
  '--array',
  '--noheader',
  `--jobs=${job}`,
  `--states=${[...statesOfWaiting, ...statesOfRunning].join(',')}`,
  '--format=%K %T',
];

/**
 * What `squeue` printed of one array: lines of a shard's number and a state, such as `7 PENDING`. Tasks that have ended are in neither set.
 * @throws InputError at any other line
 */
export function queuedShards(text: string, where: string): ShardsInQueue {
  const [waiting, running] = [new Set<number>(), new Set<number>()];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const [, shard, state] = /^([1-9][0-9]*) ([A-Z_]+)$/.exec(line.trim()) ?? [];
    if (shard === undefined || state === undefined) {
      throw new InputError(`${where}:${i + 1}`, line, "a shard's number and a state, such as 7 PENDING");
    }
    // A job that has ended may still be listed, as one that was requeued is under every state.
    if (statesOfRunning.includes(state)) running.add(Number(shard));
    else if (statesOfWaiting.includes(state)) waiting.add(Number(shard));
  });
  return { waiting, running };
}
