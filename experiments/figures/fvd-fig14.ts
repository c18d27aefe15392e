/**
 * FVD, Figure 14: a virtual machine boots and, from second 80 on, prefetches its template from the server; from second 120 on, a machine on
 * another host runs PostMark on a disk that is a file on the same server. Prefetching pauses, looks from time to time, and goes on for good when
 * the other is done.
 *
 * Inputs: the start and the lower limit are the paper's. It states neither the upper limit, nor the length of pauses and of the moving average, nor the sizes of template and disk, nor how much
 * PostMark does: the test-bed assumes them, or sets them on this figure, which is therefore not scored.
 */
import { timeSeries, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn } from '../../results/summary.js';
import { GiB, second } from '../../sim/units.js';
import { statedNumber, type Measure } from '../claims/index.js';
import { BootImage } from '../run/boot-image.js';
import { contend, type Contender } from '../run/boot-prefetch.js';
import { partitionStart } from '../run/boot-template.js';
import { bootOptions, type StartParameters } from '../testbeds/starts.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point } from './figure.js';
import { pointTable } from './point-table.js';

const startS = 80;
const contentionS = 120;
const untilS = 300;
/** MB/s. */
const lowerLimit = 20;
/** As near to the paper's seconds as this: what the longest pause is taken to be, unless it is moved. */
const longestPauseS = 10;

/** Options of the image. */
const prefetch = ({ prefetchUpper, prefetchWindow, longestPause }: StartParameters): Readonly<Record<string, unknown>> => ({
  copyOnRead: true,
  prefetch: 'whole',
  prefetchDelay: `${startS}s`,
  producerLower: `${lowerLimit}MB/s`,
  producerUpper: `${prefetchUpper.value / 1e6}MB/s`,
  prefetchWindow: prefetchWindow.value,
  longestPause: `${longestPause.value}ns`,
});

const rootBytes = 6 * GiB - partitionStart;
/** Sizes of files as in the paper's other runs of PostMark. */
const contender = ({ contenderFiles, contenderTransactions }: StartParameters): Contender => ({
  diskBytes: 8 * GiB,
  startsAt: contentionS * second,
  postMark: {
    files: contenderFiles.value,
    sizeLow: 10_000,
    sizeHigh: 50_000,
    transactions: contenderTransactions.value,
    subdirectories: 100,
  },
});

const columns: readonly Column[] = [
  { name: 'seed', unit: '', about: 'Seed of pauses, files and orders' },
  { name: 'atS', unit: 's', about: 'Start of a second since the first machine was switched on' },
  { name: 'serverMBs', unit: 'MB/s', about: 'On the wire from the server to the first machine in that second, 10^6 bytes' },
  { name: 'contenderEndsS', unit: 's', about: 'When PostMark on the other machine ends' },
  { name: 'contenderMB', unit: 'MB', about: 'On the wire between the server and the other machine until then, both ways' },
  { name: 'copiedMB', unit: 'MB', about: 'Brought to the first image in the whole run, 10^6 bytes' },
];

function run(_point: Point, seed: number, _scale: unknown, testbed: TestBed): Row[] {
  const starts = testbed.starts!;
  const system = starts.prefetched.value;
  const image = new BootImage({ testbed, format: 'fvd-paper', options: prefetch(starts), home: 'partition', system, rootBytes, seed });
  const run = contend(image, { ...bootOptions(starts), system }, contender(starts), untilS * second);
  const { serverBytesBySecond, contenderEndsAt, contenderBytes, copiedBytes } = run;
  const about = { seed, contenderEndsS: contenderEndsAt / second, contenderMB: contenderBytes / 1e6, copiedMB: copiedBytes / 1e6 };
  return serverBytesBySecond.map((bytes, atS): Row => ({ ...about, atS, serverMBs: bytes / 1e6 }));
}

/** Less than this in a second is no prefetching: what the machine itself asks for. */
const idleMBs = 1;

/** Rates by second of one seed, up to the last second of prefetching. */
function rates(rows: readonly Row[]): number[] {
  const all = rows.map((row) => numberIn(row, 'serverMBs'));
  return all.slice(0, all.findLastIndex((rate) => rate > idleMBs) + 1);
}

/** Seconds without a pause that count as for good. Not longer: what PostMark leaves in its machine's memory is written 30 s later, and is contention again. */
const settledS = 20;

/** The first second after the first pause from which on there is none for long. */
function resumption(bySecond: readonly number[]): number {
  let last = bySecond.findIndex((rate, at) => rate < idleMBs && at >= contentionS);
  for (let at = last; at < bySecond.length && at - last <= settledS; at++) if (bySecond[at]! < idleMBs) last = at;
  return last + 1;
}

/** When PostMark ends in the paper, and prefetching goes on for good. */
const paperEndsS = (): number => statedNumber('fvd-fig14-sequence', 'figure fvd-fig14', 'resume_permanent');

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const measures: readonly Measure[] = [
  {
    claim: 'fvd-fig14-sequence',
    calibratedOn: 'fvd-fig14-sequence',
    value(rows) {
      const bySecond = rates(rows);
      return {
        start: bySecond.findIndex((rate, at) => rate > idleMBs && at >= startS / 2),
        contention: contentionS,
        contenderEnds: numberIn(rows[0]!, 'contenderEndsS'),
        pause_within_s: bySecond.findIndex((rate, at) => rate < idleMBs && at >= contentionS) - contentionS,
        resume_permanent: resumption(bySecond),
      };
    },
    holds: (value: Record<string, number>) =>
      value['start'] === startS &&
      value['pause_within_s']! < 10 &&
      Math.abs(value['contenderEnds']! - paperEndsS()) <= longestPauseS &&
      Math.abs(value['resume_permanent']! - value['contenderEnds']!) <= longestPauseS,
  },
  {
    claim: 'fvd-fig14-lower-20',
    calibratedOn: 'fvd-fig14-sequence',
    value(rows) {
      const bySecond = rates(rows);
      const ends = Math.floor(numberIn(rows[0]!, 'contenderEndsS'));
      const firstPause = bySecond.findIndex((rate, at) => rate < idleMBs && at >= contentionS);
      return {
        before: meanOf(bySecond.slice(startS, contentionS)),
        both: meanOf(bySecond.slice(firstPause, ends).filter((rate) => rate > idleMBs)),
      };
    },
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const one = rows.filter((row) => row['seed'] === 1);
  const ends = numberIn(one[0]!, 'contenderEndsS');
  const series = 'To the first machine';
  const drawn: LinePoint[] = one.map((row) => {
    const value = numberIn(row, 'serverMBs');
    return { series, x: numberIn(row, 'atS'), value, low: value, high: value };
  });
  return [
    {
      name: 'prefetch',
      title: 'Prefetching beside another machine',
      caption:
        `Traffic from the server to the first machine, second by second, one seed. It boots, and prefetches from second ${startS} on; while another machine runs PostMark on the server ` +
        `(shaded; it ends at ${ends.toFixed(0)} s, in the paper at ${paperEndsS()} s), prefetching falls below its lower limit of ${lowerLimit} MB/s, pauses, and tries again. A pause some 30 s later is beside the write-back of what PostMark left in its machine's memory. At the end the whole template is at the host.`,
      spec: timeSeries(
        {
          description: 'Traffic from the server over time: boot, prefetching, pauses beside another machine, prefetching to the end',
          xTitle: 'Time since the machine was switched on (s)',
          yTitle: 'Traffic (MB/s)',
          series: [series],
          width: 'page',
        },
        drawn,
        [
          { label: 'prefetch', from: startS },
          { label: 'PostMark', from: contentionS, to: ends },
        ],
      ),
      points: pointTable(drawn, ['x', 'value']),
    },
  ];
}

export const fvdFig14: Figure = {
  paper: 'FVD',
  locus: 'Fig 14',
  about: 'prefetching of a template that pauses while another machine uses the server',
  study: { testbed: 'fvd', columns, points: () => [{}], seeds: (_point, scale) => (scale === 'quick' ? 3 : 10), run },
  charts,
  claimRows: (rows) => rows,
  measures,
};
