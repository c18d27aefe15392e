/**
 * FVD, Figure 7: where on the partition the host's drive works while PostMark creates files, for QCOW2 (a) and FVD (b), and how far from each I/O
 * to the next (c).
 */
import { histogram, lines, type Bin, type LinePoint } from '../../results/charts/index.js';
import type { Row } from '../../results/rows.js';
import { numberIn } from '../../results/summary.js';
import { GiB } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { distanceEdges, placeBins } from '../run/served-places.js';
import type { Chart, Figure } from './figure.js';
import { aboutLoad, meanOf, onQueueDepth, paperValue, postmarkStudy, rowFor } from './fvd-postmark.js';
import { pointTable } from './point-table.js';

const drawn = ['QCOW2', 'FVD'] as const;
type Drawn = (typeof drawn)[number];

const counts = (row: Row, column: 'places' | 'distances'): number[] => String(row[column]).split(' ').map(Number);
const distance =
  (system: Drawn) =>
  (rows: readonly Row[]): number =>
    numberIn(rowFor(rows, { system }), 'meanDistance');

/** The middles of the parts of the partition with the most I/Os. */
function highest(rows: readonly Row[], system: Drawn, parts: number): number[] {
  const places = counts(rowFor(rows, { system }), 'places');
  const order = places.map((_, part) => part).sort((a, b) => places[b]! - places[a]!);
  return order.slice(0, parts).map((part) => (part + 0.5) / placeBins);
}

const whyNear =
  'Under-determined: in one flat directory files follow one another on the disk, with their inodes and bitmaps beside them, and only every ' +
  'thousandth I/O or so is a visit to the journal. The paper does not state the subdirectories: with 100 or 1,000 of them the model spreads ' +
  "files over the groups and has about the paper's means (0.027 for FVD and 0.146 for QCOW2, on a partition of 10 GiB), but then creates " +
  'files six times as fast on FVD as on QCOW2.';

const whySmall =
  "In the quick run, with a disk of a twentieth, all tables lie at the image's beginning but for a few: a refcount block covers 2 GiB of it, so there are two, and an L2 table 512 MiB.";

const measures: readonly Measure[] = [
  {
    claim: 'fvd-fig7c-qcow2',
    value: distance('QCOW2'),
    why: `Within its bounds in the full run. ${whySmall} Each visit of a table is then a way back to the beginning.`,
  },
  { claim: 'fvd-fig7c-fvd', value: distance('FVD'), why: whyNear },
  {
    claim: 'fvd-fig7c-ratio',
    value: (rows) => distance('QCOW2')(rows) / distance('FVD')(rows),
    why: whyNear,
  },
  {
    claim: 'fvd-fig7b-spike-middle',
    value: (rows) => ({ highest: highest(rows, 'FVD', 1)[0]! }),
    holds: ({ highest: place }: { highest: number }) => place >= 0.45 && place <= 0.55,
    why: 'It holds in the full run. In the quick run the journal is visited a dozen times, once for each 5 s of a creation of a minute, while each hundredth of the partition takes about a hundred I/Os for its files: they stand out above it, and are as many everywhere.',
  },
  {
    claim: 'fvd-fig7a-spikes-begin',
    value: (rows) => highest(rows, 'QCOW2', 2),
    holds: (places: readonly number[]) => places.every((place) => place < 0.05),
    why: `It holds in the full run. ${whySmall} The second spike is that second block, at 2 of 2.55 GiB.`,
  },
];

function sums(rows: readonly Row[], system: Drawn, column: 'places' | 'distances'): { shares: number[]; all: number } {
  const runs = rows.filter((row) => row['system'] === system && row[column] !== null).map((row) => counts(row, column));
  const total = runs[0]!.map((_, bin) => runs.reduce((sum, run) => sum + run[bin]!, 0));
  const all = total.reduce((sum, count) => sum + count, 0);
  return { shares: total.map((count) => count / all), all: all / runs.length };
}

function placesChart(rows: readonly Row[], system: Drawn): Chart {
  const { shares, all } = sums(rows, system, 'places');
  const bins = shares.map((share, part): Bin => {
    const value = (share * all) / 1000;
    return { series: system, from: part / placeBins, to: (part + 1) / placeBins, value, low: value, high: value };
  });
  return {
    name: `places-${system.toLowerCase()}`,
    title: `Where ${system} works on the partition`,
    caption:
      `I/Os that the host's drive served during the creation, in 100 equal parts of the partition that holds the image; mean of the seeds. ` +
      `${aboutLoad(rows)} ` +
      (system === 'FVD'
        ? "The journal of the guest's file system is in the middle of its partition."
        : 'What formatting wrote, the journal among it, was given the first clusters of the image.'),
    spec: histogram(
      {
        description: `Histogram of the places of I/Os of ${system} on the partition`,
        xTitle: 'Place on the partition',
        yTitle: 'Thousands of I/Os',
        series: [system],
      },
      bins,
    ),
    points: pointTable(
      bins.map(({ from, to, value }) => ({ from, to, thousands: value })),
      ['from', 'to', 'thousands'],
    ),
  };
}

function distancesChart(rows: readonly Row[]): Chart {
  const diskGiB = numberIn(rows[0]!, 'diskGiB');
  const points = drawn.flatMap((series) => {
    let share = 0;
    return sums(rows, series, 'distances').shares.map((more, bin): LinePoint => {
      share += more;
      const value = Math.min(1, share);
      return { series, x: distanceEdges[bin]! * diskGiB * GiB, value, low: value, high: value };
    });
  });
  const means = drawn.map((system) => {
    const { value } = meanOf(
      rows.filter((row) => row['system'] === system && row['distances'] !== null),
      'meanDistance',
    );
    return `${system} ${value.toPrecision(2)} (paper: ${paperValue(`fvd-fig7c-${system.toLowerCase()}`) ?? 'withheld'})`;
  });
  return {
    name: 'distances',
    title: 'Distance from an I/O to the next',
    caption:
      `Share of I/Os that lie no farther from the one before; the partition that holds the image has ${diskGiB} GiB. All seeds. ${aboutLoad(rows)} ` +
      `Means as shares of the partition: ${means.join(', ')}.`,
    spec: lines(
      {
        description: 'Cumulative distributions of the distances between I/Os of QCOW2 and FVD',
        xTitle: 'Distance (B)',
        yTitle: 'Share of I/Os',
        series: drawn,
        xLog: true,
        band: 'Share',
        steps: true,
      },
      points,
    ),
    points: pointTable(
      points.map(({ series, x, value }) => ({ series, distanceB: x, share: value })),
      ['series', 'distanceB', 'share'],
    ),
  };
}

export const fvdFig07: Figure = {
  paper: 'FVD',
  locus: 'Fig 7',
  about: 'where the drive works while PostMark creates files, and how far from each I/O to the next: QCOW2 and FVD',
  study: postmarkStudy,
  charts: (rows) => [...drawn.map((system) => placesChart(rows, system)), distancesChart(rows)],
  claimRows: (rows) => rows,
  measures: onQueueDepth(measures),
};
