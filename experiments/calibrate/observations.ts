/**
 * What measurements say of a disk, in groups that each have one expected value: accesses by the distance of their seek, runs in sequence, reads
 * that the drive's buffer answers. It knows no parameters.
 */
import { median } from 'simple-statistics';
import { mean, sampleSd } from '../../results/statistics/index.js';
import type { Nanoseconds, Sectors } from '../../sim/units.js';
import type { Served } from './served.js';

/** Accesses that seek: each from the sector behind the one before to its own. */
export interface Accesses {
  readonly kind: 'access';
  readonly isWrite: boolean;
  readonly from: readonly Sectors[];
  readonly to: readonly Sectors[];
  readonly sectors: readonly Sectors[];
}
/** How much the times of accesses spread: what the rotation does. */
export interface Spread {
  readonly kind: 'spread';
  readonly of: Accesses;
}
/** A run in sequence, read ahead by the drive. */
export interface Stream {
  readonly kind: 'stream';
  readonly start: Sectors;
  readonly sectors: Sectors;
  readonly requestSectors: Sectors;
}
/** Reads of what has just been read. */
export interface Hits {
  readonly kind: 'hit';
  readonly sectors: Sectors;
}

export interface Observation {
  readonly what: Accesses | Spread | Stream | Hits;
  /** Mean time of a request; of a spread, the standard deviation. */
  readonly measured: Nanoseconds;
  readonly standardError: Nanoseconds;
  /** Requests behind it. */
  readonly n: number;
  readonly label: string;
}

/** Fewer accesses than this make no group, and there are at most so many groups of a kind. */
const groupAtLeast = 20;
const groupsAtMost = 40;
/** Requests of a run in sequence, and pieces that it is cut into to see how much its rate varies. */
const runAtLeast = 64;
const pieces = 8;
/** No model is better than this: errors of a run's rate are not taken as smaller. */
const rateFloor = 0.002;
/** A group's expected value is taken over so many of its accesses. */
const membersAtMost = 250;

/**
 * @param takesWrites whether writes reach the medium before they are answered
 * @param hostTime of each request, which is no part of the drive's
 */
export function observationsOf(served: Served, takesWrites: boolean, hostTime: Nanoseconds): Observation[] {
  const accesses: Access[] = [];
  const hits: { took: number; sectors: number }[] = [];
  const streams: Observation[] = [];
  const { sector, sectors, took, isWrite } = served;
  for (let i = 1; i < took.length;) {
    const behind = sector[i - 1]! + sectors[i - 1]!;
    const end = endOfRun(served, i);
    if (end - i >= runAtLeast) {
      streams.push(streamOf(served, i, end));
      i = end;
      continue;
    }
    const time = took[i]! - hostTime;
    if (!isWrite[i]! && !isWrite[i - 1]! && sector[i] === sector[i - 1] && sectors[i] === sectors[i - 1])
      hits.push({ took: time, sectors: sectors[i]! });
    else if (sector[i] !== behind && (takesWrites || !isWrite[i]!))
      accesses.push({ isWrite: isWrite[i]!, from: behind, to: sector[i]!, sectors: sectors[i]!, took: time });
    i++;
  }
  const groups = [false, true].flatMap((writes) => accessGroups(accesses.filter((access) => access.isWrite === writes)));
  return [...groups, ...streams, ...hitGroups(hits)];
}

interface Access {
  readonly isWrite: boolean;
  readonly from: Sectors;
  readonly to: Sectors;
  readonly sectors: Sectors;
  readonly took: Nanoseconds;
}

/** Up to where requests from `i` on read on where the one before ended. */
function endOfRun({ sector, sectors, isWrite }: Served, i: number): number {
  let end = i;
  while (end < sector.length && !isWrite[end]! && sector[end] === sector[end - 1]! + sectors[end - 1]! && sectors[end] === sectors[i])
    end++;
  return end;
}

/** A run's time for each request, by completions, so that the time between requests, in which the drive reads on, is in it. */
function streamOf({ sector, sectors, started, took }: Served, begin: number, end: number): Observation {
  const doneAt = (i: number): number => started[i]! + took[i]!;
  // The first of a run may have had to seek; the drive is ahead from the second on.
  const n = end - begin - 1;
  const edges = Array.from({ length: pieces + 1 }, (_, k) => begin + Math.floor((k * n) / pieces));
  const rates = edges.slice(1).map((edge, k) => (doneAt(edge) - doneAt(edges[k]!)) / (edge - edges[k]!));
  const measured = (doneAt(begin + n) - doneAt(begin)) / n;
  const standardError = Math.max(sampleSd(rates) / Math.sqrt(pieces), rateFloor * measured);
  const what: Stream = {
    kind: 'stream',
    start: sector[begin]! + sectors[begin]!,
    sectors: n * sectors[begin]!,
    requestSectors: sectors[begin]!,
  };
  return { what, measured, standardError, n, label: `reads in sequence from sector ${what.start}` };
}

/** Groups of equally many accesses, by the distance in sectors. */
function accessGroups(accesses: readonly Access[]): Observation[] {
  const sorted = [...accesses].sort((a, b) => distance(a) - distance(b));
  const count = Math.min(groupsAtMost, Math.floor(sorted.length / groupAtLeast));
  return Array.from({ length: count }, (_, g) =>
    sorted.slice(Math.floor((g * sorted.length) / count), Math.floor(((g + 1) * sorted.length) / count)),
  ).flatMap((group) => groupObservations(group));
}

const distance = ({ from, to }: Access): number => Math.abs(to - from);

function groupObservations(group: readonly Access[]): Observation[] {
  const every = Math.ceil(group.length / membersAtMost);
  const members = group.filter((_, i) => i % every === 0);
  const isWrite = group[0]!.isWrite;
  const what: Accesses = {
    kind: 'access',
    isWrite,
    from: members.map(({ from }) => from),
    to: members.map(({ to }) => to),
    sectors: members.map(({ sectors }) => sectors),
  };
  const times = group.map(({ took }) => took);
  const [n, sd] = [times.length, sampleSd(times)];
  const label = `${isWrite ? 'writes' : 'reads'} ${gigabytes(distance(group[0]!))} to ${gigabytes(distance(group[n - 1]!))} away`;
  const standardError = Math.max(sd / Math.sqrt(n), 1);
  return [
    { what, measured: mean(times), standardError, n, label },
    // Times that are even over a turn: the fourth moment is 1.8 of the squared variance, and so the error of the deviation.
    {
      what: { kind: 'spread', of: what },
      measured: sd,
      standardError: Math.max(sd * Math.sqrt(0.8 / (4 * n)), 1),
      n,
      label: `${label}: spread`,
    },
  ];
}

const gigabytes = (sectors: number): string => `${Number(((sectors * 512) / 1e9).toPrecision(3))} GB`;

/** By size: the time on the link is of the size. */
function hitGroups(hits: readonly { readonly took: number; readonly sectors: number }[]): Observation[] {
  return [...new Set(hits.map(({ sectors }) => sectors))].flatMap((sectors) => {
    const times = hits.filter((hit) => hit.sectors === sectors).map(({ took }) => took);
    if (times.length < groupAtLeast) return [];
    // The median: a buffer's time is all but constant, and a read that it does not answer after all takes many times as long.
    const measured = median(times);
    const deviation = 1.4826 * median(times.map((time) => Math.abs(time - measured)));
    const standardError = Math.max((1.2533 * deviation) / Math.sqrt(times.length), 0.005 * measured);
    return [{ what: { kind: 'hit', sectors }, measured, standardError, n: times.length, label: `reads of ${sectors} sectors again` }];
  });
}
