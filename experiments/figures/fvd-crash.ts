/**
 * FVD, section 3.1 and Appendix 1: the host stops at every point of a write, any writes that are not durable lost or torn, and a fresh open reads
 * what is left. The appendix's cases one by one, and how many of all crash points lose a write that was acknowledged; no device, no time.
 */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn } from '../../results/summary.js';
import type { Measure } from '../claims/index.js';
import { appendix, outcomes, scenes, type Outcome } from '../validate/crash/fvd-appendix.js';
import { checkCrash } from '../validate/crash/check.js';
import type { OperationName } from '../validate/crash/operations.js';
import type { Chart, Figure, Point } from './figure.js';

const systems: Readonly<Record<string, string>> = { raw: 'RAW', 'fvd-paper': 'FVD', 'qcow2-0.12': 'QCOW2', cow: 'COW' };
/** Tried on all four; FVD also in what only it does. */
const writes: readonly OperationName[] = ['write', 'overwrite', 'partial write'];
const ofFvd: readonly OperationName[] = [...writes, 'write past the backing image', 'copy-on-read', 'prefetch'];
const operationsOf = (format: string): readonly OperationName[] => (format === 'fvd-paper' ? ofFvd : writes);
/** The modes in which the appendix says that nothing is lost. */
const caches = ['none', 'writethrough'] as const;

/** The six of the appendix's second part: with each, a guest must read what the basic driver leaves, or what a raw image does. */
const optimizations = {
  'in-memory bitmap': 'fvd',
  'no backing': 'no backing',
  'zero-filled': 'zero-filled',
  'copy-on-read': 'copy-on-read',
  prefetching: 'prefetching',
  'prefetching finished': 'prefetching finished',
} as const satisfies Readonly<Record<string, keyof typeof scenes>>;

const columns: readonly Column[] = [
  {
    name: 'what',
    unit: '',
    about: 'step: a case of the appendix; optimization: its steps with one at work; operation: all crash points of one',
  },
  { name: 'system', unit: '', about: 'Image format' },
  { name: 'name', unit: '', about: 'The step, the optimization or the operation' },
  { name: 'cache', unit: '', about: 'Cache mode; the cache of the drive is off' },
  { name: 'seed', unit: '', about: 'Nothing here is random' },
  { name: 'points', unit: '1', about: 'Ways in which the host was stopped' },
  { name: 'lost', unit: '1', about: 'Of these, those after which a write that was acknowledged is not read any more' },
  { name: 'found', unit: '', about: 'What is read of the two blocks after a step; null otherwise' },
];

const points = (): Point[] => [
  { what: 'step' },
  { what: 'optimization' },
  ...Object.keys(systems).flatMap((format) => operationsOf(format).map((name) => ({ what: 'operation', format, name }))),
];

const words = (outcome: Outcome): string => outcome.join(' and ');

function run({ what, format, name }: Point, seed: number): Row[] {
  if (what === 'step') return steps(seed);
  if (what === 'optimization') return Object.keys(optimizations).map((one) => optimized(one as keyof typeof optimizations, seed));
  return caches.map((cache): Row => {
    const given = { format: format as string, operation: name as OperationName, cache, driveCache: 'off' } as const;
    const { points: all, violations } = checkCrash(given);
    const lost = violations['acknowledged write lost'] ?? 0;
    return { what: 'operation', system: systems[format as string]!, name: name as string, cache, seed, points: all, lost, found: null };
  });
}

const about = { cache: 'none', points: 1 } as const;

/** After each step of the basic FVD, and of RAW. */
function steps(seed: number): Row[] {
  const rowsOf = (system: string, found: readonly Outcome[]): Row[] =>
    found.map((outcome, i): Row => {
      const isLost = i === found.length - 1 && words(outcome) !== 'new and new';
      return { what: 'step', system, name: `W${i + 1}`, ...about, seed, lost: isLost ? 1 : 0, found: words(outcome) };
    });
  return [...rowsOf('FVD', outcomes(scenes['bitmap on disk only']())), ...rowsOf('RAW', outcomes(scenes.raw()))];
}

/** Steps after which a guest reads what neither the basic driver nor a raw image could have left. */
function optimized(name: keyof typeof optimizations, seed: number): Row {
  const found = outcomes(scenes[optimizations[name]]()).map(words);
  const legal = [outcomes(scenes['bitmap on disk only']()), outcomes(scenes.raw())].map((all) => all.map(words));
  const wrong = legal.map((all) => found.filter((outcome, i) => outcome !== all[i]).length + Math.abs(found.length - all.length));
  return { what: 'optimization', system: 'FVD', name, cache: 'none', seed, points: found.length, lost: Math.min(...wrong), found: null };
}

const of = (rows: readonly Row[], what: string, system?: string): Row[] =>
  rows.filter((row) => row['what'] === what && (system === undefined || row['system'] === system));
const lostIn = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + numberIn(row, 'lost'), 0);

/** What a step leaves, as numbers: 1 for a block that is new. */
const stepMeasure = ([name, , outcome]: (typeof appendix)[number]): Measure => {
  const step = name.slice('FVD:'.length);
  const expected = outcome.map((block) => (block === 'new' ? 1 : 0));
  return {
    claim: `fvd-app-crash-${step.toLowerCase()}`,
    value(rows) {
      const found = of(rows, 'step', 'FVD').find((row) => row['name'] === step)!['found'];
      const isLegal = of(rows, 'step', 'RAW').some((row) => row['found'] === found);
      const [d1, d2] = String(found).split(' and ');
      return { d1New: d1 === 'new' ? 1 : 0, d2New: d2 === 'new' ? 1 : 0, asRaw: isLegal ? 1 : 0 };
    },
    holds: ({ d1New, d2New, asRaw }: { d1New: number; d2New: number; asRaw: number }) =>
      d1New === expected[0] && d2New === expected[1] && asRaw === 1,
  };
};

const measures: readonly Measure[] = [
  {
    claim: 'fvd-s31-cow-unsafe',
    value: (rows) => Object.fromEntries(Object.values(systems).map((system) => [system, lostIn(of(rows, 'operation', system))])),
    holds: (lost: Record<string, number>) => lost['COW']! > 0 && lost['FVD'] === 0 && lost['QCOW2'] === 0 && lost['RAW'] === 0,
  },
  ...appendix.map(stepMeasure),
  { claim: 'fvd-app-opt-crash', value: (rows) => lostIn(of(rows, 'optimization')) + lostIn(of(rows, 'operation', 'FVD')) },
];

function charts(rows: readonly Row[]): Chart[] {
  const drawn = Object.values(systems).flatMap((series) =>
    writes.map((category): BarPoint => {
      const found = of(rows, 'operation', series).filter(({ name }) => name === category);
      const value = (100 * lostIn(found)) / found.reduce((sum, row) => sum + numberIn(row, 'points'), 0);
      return { series, category, value, low: value, high: value };
    }),
  );
  const all = of(rows, 'operation').reduce((sum, row) => sum + numberIn(row, 'points'), 0);
  return [
    {
      name: 'lost',
      title: 'Acknowledged writes that a crash of the host loses',
      caption:
        `The host is stopped at every point of a write, with any writes that are not durable lost or torn: share of these ${all.toLocaleString('en-US')} points after which a write that was acknowledged is gone. ` +
        'Cache modes none and writethrough, cache of the drive off. COW leaves its bitmap in the memory of the host, where no write makes it durable.',
      spec: groupedBars(
        {
          description:
            'Bars of the share of crash points that lose an acknowledged write, of RAW, FVD, QCOW2 and COW, for three kinds of writes',
          xTitle: '',
          yTitle: 'Crash points with a loss (%)',
          series: Object.values(systems),
          categories: writes,
        },
        drawn,
      ),
      points: {
        columns: ['category', 'series', 'value'].map((column) => ({ name: column, unit: '', about: '' })),
        rows: drawn.map(({ category, series, value }): Row => ({ category, series, value })),
      },
    },
  ];
}

export const fvdCrash: Figure = {
  paper: 'FVD',
  locus: 'section 3.1, Appendix 1',
  about: 'the host stops at every point of a write: what RAW, FVD, QCOW2 and COW lose, and the cases of the appendix one by one',
  study: { testbed: 'fvd', columns, points, seeds: () => 1, run },
  charts,
  claimRows: (rows) => rows,
  measures,
};
