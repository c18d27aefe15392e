/** The tables of `replay` and `explain`: systems side by side. */
import { formatBytes } from '../../sim/units.js';
import type { NumbersTable } from '../../results/report/index.js';
import type { LatencyByCause } from '../../models/io/latency.js';
import { sumOf, type ReplayResult, type SystemResult } from '../run/replay-run.js';
import { digits, table } from './table.js';

const number = (value: number | null): string => (value === null ? '-' : digits(value));
const counted = (value: number): string => (Number.isInteger(value) ? String(value) : digits(value));
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What each system made of the trace: one line a figure, one column a system. */
const figures: readonly (readonly [name: string, (system: SystemResult) => string])[] = [
  ['simulated duration s', (s) => number(s.seconds)],
  ['offered IOPS', (s) => number(s.offeredIops)],
  ['achieved IOPS', (s) => number(s.achievedIops)],
  ['load', (s) => s.load ?? '-'],
  ['backlog at the end', (s) => (s.backlog === null ? '-' : String(s.backlog))],
  ['drive utilization', (s) => percent(s.utilization)],
  ['lock held', (s) => percent(s.lockHeldShare)],
  ['IOPS', (s) => number(s.iops)],
  ['MB/s', (s) => number(s.throughputMBs)],
  ['latency mean ms', (s) => number(s.meanMs)],
  ['latency p50 ms', (s) => number(s.p50Ms)],
  ['latency p99 ms', (s) => number(s.p99Ms)],
  ['latency p99.9 ms', (s) => number(s.p999Ms)],
  ['reads mean ms', (s) => number(s.reads.meanMs)],
  ['writes mean ms', (s) => number(s.writes.meanMs)],
  ['flushes mean ms', (s) => number(s.flushes.meanMs)],
  ['reads that hit holes', (s) => percent(s.holeReadShare)],
  ['host I/Os', (s) => String(s.hostIos)],
  ['metadata I/Os', (s) => String(s.metadataIos)],
  ['metadata read', (s) => formatBytes(s.metadataBytesRead)],
  ['metadata written', (s) => formatBytes(s.metadataBytesWritten)],
  ['copies written on their own', (s) => formatBytes(s.copyBytes)],
  ["copies and padding within the data's writes", (s) => formatBytes(s.dataBytesBeyondGuest)],
  ['write amplification', (s) => number(s.writeAmplification)],
  ["drive's mean seek a media access, cylinders", (s) => number(s.meanSeekCylinders)],
  ['snapshots asked for', (s) => (s.snapshots === null ? '-' : String(s.snapshots.askedFor))],
  ['snapshots taken', (s) => (s.snapshots === null ? '-' : String(s.snapshots.taken))],
  ['  not taken: the run was over', (s) => (s.snapshots === null ? '-' : String(s.snapshots.notTaken))],
  ['snapshot mean ms', (s) => number(s.snapshots?.meanMs ?? null)],
  ['snapshot longest ms', (s) => number(s.snapshots?.longestMs ?? null)],
  ['  of it requests in flight, mean ms', (s) => number(s.snapshots?.meanDrainMs ?? null)],
  ['image, sparse files whole', (s) => formatBytes(s.allocatedBytes)],
];

/** What stands on the disk before the trace begins. */
const initialInWords: Readonly<Record<ReplayResult['initial'], (readFirst: string) => string>> = {
  empty: () => 'initially empty',
  touched: (readFirst) =>
    `initially allocated: the ${readFirst} that are read before they are written, packed in the order of addresses (--initial full: the whole disk)`,
  full: () => 'initially written in full, in the order of addresses',
};

/** A line where systems took unequal numbers of snapshots: they did not do the same work. */
function snapshotWarning(systems: readonly SystemResult[]): string[] {
  const taken = systems.flatMap(({ snapshots }) => (snapshots === null ? [] : [snapshots.taken]));
  if (new Set(taken).size < 2) return [];
  return [`WARNING: the systems took ${taken.join(', ')} snapshots; they cannot be compared as if they had taken the same`];
}

/** The numbers of `replay`, with what has to be known of them; the first column names them. */
export function replayNumbers({ touched, systems, initial }: ReplayResult, mode: string): NumbersTable {
  const notes = [
    `${touched.reads} reads, ${touched.writes} writes, ${touched.flushes} flushes spanning ${digits(touched.span / 1e9)} s; mode ${mode}`,
    ...(touched.discards === 0 ? [] : [`${touched.discards} discards passed on, which are in no figure; most formats do nothing at them`]),
    ...(systems[0]!.roundedOut === 0 ? [] : [`${systems[0]!.roundedOut} requests rounded out to whole sectors of 512 bytes`]),
    initialInWords[initial](formatBytes(touched.readFirstBytes)),
    ...snapshotWarning(systems),
    'IOPS: reads, writes and flushes until the last is done; percentiles: within 1/64, - where fewer than ten requests lie beyond',
  ];
  const rows = figures.map(([name, read]) => [name, ...systems.map(read)]).filter(([, ...cells]) => cells.some((cell) => cell !== '-'));
  const counters = [...new Set(systems.flatMap((system) => Object.keys(system.counters)))].map((name) => [
    name,
    ...systems.map((system) => (name in system.counters ? counted(system.counters[name]!) : '-')),
  ]);
  return { notes, header: ['', ...systems.map(({ system }) => system)], rows: [...rows, ...counters] };
}

/** The table of `replay`. */
export function replayTable(result: ReplayResult, mode: string): string {
  const { notes, header, rows } = replayNumbers(result, mode);
  return `${notes.join('\n')}\n\n${table(header, rows)}`;
}

/** The tables of `explain`: at the mean and at percentiles, what the time was spent for, and on what. */
export function causesTable({ systems }: ReplayResult, mode: string): string {
  const blocks = (['mean', 'p50', 'p99', 'p99.9'] as const).map((at) => {
    const header = [`${at}, ms`, ...systems.map(({ system }) => system)];
    const lines = (view: keyof LatencyByCause): string[][] =>
      Object.keys(systems[0]!.causes[at][view]).map((name) => [
        name,
        ...systems.map((system) => milliseconds(system.causes[at][view][name]!)),
      ]);
    const total = ['= latency', ...systems.map((system) => milliseconds(sumOf(system.causes[at].byPurpose)))];
    return `${table([`${header[0]}: for what`, ...header.slice(1)], [...lines('byPurpose'), total])}\n\n${table([`${header[0]}: on what`, ...header.slice(1)], [...lines('byPart'), total])}`;
  });
  const about = 'Each column sums to the latency of the requests at that point: at the mean of all, and within 1/64 of each percentile.';
  return `${[...snapshotWarning(systems), `mode ${mode}. ${about}`].join('\n')}\n\n${blocks.join('\n\n')}`;
}

const milliseconds = (time: number): string => (time / 1e6).toFixed(3);
