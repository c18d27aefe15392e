/**
 * FVD, sections 3.3.5, 3.3.6, 3.4.2 and 5: what prefetching does beside others, that it costs nothing once it is done, and how long a tool looks for what is
 * sparse. The chart is ours: what each governor takes beside a reader that does not yield.
 */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { collective } from '../../models/prefetch/collective.js';
import { fvdPaper } from '../../models/prefetch/fvd-paper.js';
import type { PrefetchGovernor } from '../../models/prefetch/governor.js';
import { governors, makeGovernor } from '../../models/prefetch/index.js';
import { pausedShares, roundsUntilPause } from '../../models/prefetch/rounds.js';
import { Kind } from '../../models/io/plan.js';
import { Kernel } from '../../sim/kernel.js';
import { defaults } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { GiB, KiB, MiB, millisecond, second } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { BootImage } from '../run/boot-image.js';
import { BootMachine } from '../run/boot-machine.js';
import { scanHoles } from '../run/boot-scan.js';
import { partitionStart, systemIn } from '../run/boot-template.js';
import { highestRate, WatchedHost } from '../run/boot-watch.js';
import { readBeside } from '../run/nas-contention.js';
import { workOnPrefetched } from '../run/nas-prefetched.js';
import { makeNas } from '../run/nas.js';
import { makeServerDrive } from '../run/world.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point, Scale } from './figure.js';
import { pointTable } from './point-table.js';

/** The paper's lower limit in Figure 14, in bytes a second. */
const lower = 20e6;
/** A transfer beside a contender, at half of the lower limit. */
const transfer = { bytes: MiB, time: (MiB / (lower / 2)) * second, round: defaults(fvdPaper.options).window };
const runs = 2000;
const drivers = 8;
/** A lower limit that half of the server does not reach: about 45 MB/s of it can be had alone. */
const lowerBeside = 30e6;
/** An upper limit that the server could exceed. */
const upper = 10e6;
const watchedTime = 60 * second;
const contendedTime: Readonly<Record<Scale, number>> = { quick: 120 * second, full: 600 * second };
const TiB = 1024 * GiB;

type Counts = Readonly<Record<string, number>>;

const paperGovernor = (seed: number, run: number): PrefetchGovernor =>
  makeGovernor('fvd-paper', { lower }, new RandomStream(seed, `pauses ${run}`), 'figure fvd-prefetch');

function rounds(seed: number): Counts {
  let sum = 0;
  for (let i = 0; i < runs; i++) sum += roundsUntilPause(paperGovernor(seed, i), transfer, 1000);
  return { untilPause: sum / runs };
}

/** Of all drivers that contend in a round, over all rounds and runs: the share that pauses. */
function shares(seed: number): Counts {
  let active = 0;
  let paused = 0;
  for (let i = 0; i < runs / drivers; i++) {
    let left = drivers;
    for (const share of pausedShares(
      Array.from({ length: drivers }, (_, d) => paperGovernor(seed, i * drivers + d)),
      transfer,
    )) {
      active += left;
      paused += share * left;
      left -= Math.round(share * left);
    }
  }
  return { paused: paused / active };
}

/** A machine that does nothing but prefetch, from a server that serves nobody else. */
function watch(seed: number, testbed: TestBed): Counts {
  const rootBytes = GiB - partitionStart;
  const options = { prefetch: 'whole', producerUpper: `${upper / 1e6}MB/s` };
  const system = systemIn(testbed.backingImage.value);
  const image = new BootImage({ testbed, format: 'fvd-paper', options, home: 'partition', system, rootBytes, seed });
  const kernel = new Kernel();
  const nas = makeNas(kernel, testbed, makeServerDrive(kernel, image.setup), [image.templateBytes], 1);
  let watched: WatchedHost | undefined;
  new BootMachine(kernel, image, nas.device(0, 0), (host) => (watched = new WatchedHost(kernel, host)));
  kernel.run(watchedTime);
  const { most, begun } = watched!;
  return {
    reads: most[Kind.READ] ?? 0,
    writes: most[Kind.WRITE] ?? 0,
    ofUpperLimit: highestRate(begun[Kind.READ] ?? [], defaults(fvdPaper.options).window) / upper,
  };
}

/** Reads in sequence of 16 KiB, alone and beside small random ones: what becomes of their rate, and of the percentage of slow ones. */
function percentages(seed: number, scale: Scale, testbed: TestBed): Counts {
  const slow = defaults(collective.options).slowAfter;
  const request = { testbed, bytes: 16 * KiB, slow, duration: contendedTime[scale] / 6, governor: null, seed };
  const idle = readBeside({ ...request, neighbour: 'none' });
  const busy = readBeside({ ...request, neighbour: 'random' });
  return { throughputLost: 1 - busy.bytes / idle.bytes, moreSlow: busy.slowReads / busy.reads - idle.slowReads / idle.reads };
}

/** The share of what the server gives that each governor takes beside a reader of the same kind. */
function shareOf(governor: string, seed: number, scale: Scale, testbed: TestBed): Counts {
  const limits = Object.hasOwn(governors.get(governor, 'figure fvd-prefetch').options, 'lower') ? { lower: lowerBeside } : {};
  const { bytes, neighbourBytes } = readBeside({
    ...{ testbed, neighbour: 'sequential', bytes: MiB, slow: 20 * millisecond, duration: contendedTime[scale], seed },
    governor: makeGovernor(governor, limits, new RandomStream(seed, 'pauses'), 'figure fvd-prefetch'),
  });
  return { share: bytes / (bytes + neighbourBytes) };
}

function afterPrefetch(seed: number, scale: Scale, testbed: TestBed): Counts {
  const requests = scale === 'quick' ? 4000 : 8000;
  const [raw, fvd] = [workOnPrefetched(testbed, 'raw', requests, seed), workOnPrefetched(testbed, 'fvd-paper', requests, seed)];
  return { ratio: fvd.throughput / raw.throughput, metadataIos: fvd.metadataIos };
}

function scan(testbed: TestBed): Counts {
  const rate = scanHoles(testbed, GiB, testbed.starts!.lookingTime.value);
  return { MBps: rate / 1e6, minutes: TiB / rate / 60 };
}

const studies: Readonly<Record<string, (seed: number, scale: Scale, testbed: TestBed) => Counts>> = {
  rounds,
  shares,
  watched: (seed, _scale, testbed) => watch(seed, testbed),
  percentages,
  'after prefetching': afterPrefetch,
  scan: (_seed, _scale, testbed) => scan(testbed),
  ...Object.fromEntries(
    governors.names.map((name) => [
      `beside: ${name}`,
      (seed: number, scale: Scale, testbed: TestBed) => shareOf(name, seed, scale, testbed),
    ]),
  ),
};

const columns: readonly Column[] = [
  { name: 'study', unit: '', about: 'What was done' },
  { name: 'item', unit: '', about: 'What was measured' },
  { name: 'seed', unit: '', about: 'Seed of pauses, orders and files' },
  { name: 'value', unit: '1', about: 'A number, a share, or with the unit that the item names' },
];

const run = ({ study }: Point, seed: number, scale: Scale, testbed: TestBed): Row[] =>
  Object.entries(studies[study as string]!(seed, scale, testbed)).map(([item, value]) => ({ study: study as string, item, seed, value }));

const at = (rows: readonly Row[], study: string, item: string): number =>
  numberIn(
    rows.find((row) => row['study'] === study && row['item'] === item)!,
    'value',
  );

/** What "<< 50 %" and ">>" are taken to be. */
const farBelowHalf = 0.25;
const farMore = 3;
/** Rounding of times to whole nanoseconds. */
const rounding = 1e-6;

const measures: readonly Measure[] = [
  { claim: 'fvd-s342-two-rounds', value: (rows) => at(rows, 'rounds', 'untilPause') },
  { claim: 'fvd-s342-half-pause', value: (rows) => at(rows, 'shares', 'paused') },
  {
    claim: 'fvd-s342-outstanding',
    value: (rows) => ({ 'reads<=': at(rows, 'watched', 'reads'), 'writes<=': at(rows, 'watched', 'writes') }),
    holds: (value: Record<string, number>) => value['reads<='] === 1 && value['writes<='] === 1,
  },
  {
    claim: 'fvd-s342-upper-limit',
    value: (rows) => at(rows, 'watched', 'ofUpperLimit'),
    holds: (share: number) => share > 0.5 && share <= 1 + rounding,
  },
  // Bytes compare where both read alike: in sequence, without end.
  {
    claim: 'fvd-s342-conservative',
    value: (rows) => at(rows, 'beside: fvd-paper', 'share'),
    holds: (share: number) => share < farBelowHalf,
  },
  {
    claim: 'fvd-s5-percentage-metric',
    value: (rows) => ({ throughputLost: at(rows, 'percentages', 'throughputLost'), moreSlow: at(rows, 'percentages', 'moreSlow') }),
    holds: ({ throughputLost, moreSlow }: Record<string, number>) => throughputLost! > farMore * moreSlow!,
  },
  {
    claim: 'fvd-s335-zero-overhead',
    value: (rows) => at(rows, 'after prefetching', 'ratio'),
  },
  {
    claim: 'fvd-s336-scan-rate',
    value: (rows) => ({ MBps: at(rows, 'scan', 'MBps'), minutes: at(rows, 'scan', 'minutes') }),
    calibratedOn: 'fvd-s336-scan-rate',
  },
];

const reader = 'prefetching';

function charts(rows: readonly Row[]): Chart[] {
  const wanted = rows.filter((row) => String(row['study']).startsWith('beside: '));
  const drawn: BarPoint[] = summarize(wanted, ['study'], 'value').map(({ key, interval }) => ({
    series: reader,
    category: (key['study'] as string).slice('beside: '.length),
    value: interval.mean * 100,
    low: interval.low * 100,
    high: interval.high * 100,
  }));
  return [
    {
      name: 'beside',
      title: 'What prefetching takes beside a reader that does not yield',
      caption:
        'Share of the bytes that two hosts get from one server, each reading in sequence, one of them held back by a governor (ours; 95 % intervals over seeds). ' +
        `FVD's pause below ${lowerBeside / 1e6} MB/s, which is more than half of the server; the others have the defaults of their models.`,
      spec: groupedBars(
        {
          description: 'Bars of the share of a server that each prefetch governor takes beside another reader',
          xTitle: '',
          yTitle: 'Share of the server (%)',
          series: [reader],
          categories: governors.names,
          width: 'page',
        },
        drawn,
      ),
      points: pointTable(drawn, ['category', 'value', 'low', 'high']),
    },
  ];
}

export const fvdPrefetch: Figure = {
  paper: 'FVD',
  locus: 'sections 3.3.5, 3.3.6, 3.4.2 and 5',
  about: 'prefetching beside others, and once it is done; the search for what is sparse',
  study: {
    testbed: 'fvd',
    columns,
    points: () => Object.keys(studies).map((study) => ({ study })),
    seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
    run,
  },
  charts,
  claimRows: (rows) => rows,
  measures,
};
