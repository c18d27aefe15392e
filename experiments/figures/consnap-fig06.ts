/**
 * ConSnap, Figure 6: what a client of an FTP server receives each second. The transfer begins at second 21 and takes 180 s; at second 101
 * one full snapshot of the server's machine is taken.
 */
import { timeSeries, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { second } from '../../sim/units.js';
import { statedNumber, type Measure } from '../claims/index.js';
import { guestMachine } from '../run/consnap-runs.js';
import type { TestBed } from '../testbeds/testbed.js';
import { meanIn } from './consnap-charts.js';
import { fullMethods, type FullMethod } from './consnap-full.js';
import type { Chart, Figure, Point, Scale, Study } from './figure.js';
import { pointTable } from './point-table.js';

const bars = ['no snapshot', ...(Object.keys(fullMethods) as FullMethod[])] as const;
type Bar = (typeof bars)[number];

/** As the paper has them. */
const beginS = 21;
const snapshotS = 101;
const transferS = 180;
const latestS = 400;

const columns: readonly Column[] = [
  { name: 'method', unit: '', about: 'How the memory is saved, once' },
  { name: 'second', unit: 's', about: 'Of the run, from 0; null in the row of the whole transfer' },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  { name: 'receivedMBs', unit: 'MB/s', about: 'What the client received in the second, or over the transfer; 10^6 bytes' },
  { name: 'transferS', unit: 's', about: 'From the begin of the transfer to its end; null in the rows of seconds' },
  { name: 'snapshotS', unit: 's', about: 'Duration of the snapshot; null in the rows of seconds and without one' },
];

function run(point: Point, seed: number, _scale: Scale, testbed: TestBed): Row[] {
  const method = point['method'] as Bar;
  const rate = testbed.memory!.networkRate.value;
  const machine = guestMachine({
    testbed,
    guest: 'Ftp',
    method: method === 'no snapshot' ? 'consnap' : fullMethods[method],
    seed,
    // The paper gives the time of the transfer only: the file is what the network carries in it.
    options: { file: Math.round(transferS * rate), begin: `${beginS}s` },
  });
  const plan = { first: snapshotS * second, interval: second, count: 1, fullFrom: 0 };
  const { host, link } = machine.run(method === 'no snapshot' ? null : plan, latestS * second);
  const received = link.bySecond(latestS);
  const last = received.findLastIndex((bytes) => bytes > 0);
  const wholeS = last + received[last]! / rate - beginS;
  const record = host.records[0];
  const about = { method, seed };
  return [
    {
      ...about,
      second: null,
      receivedMBs: link.delivered / 1e6 / wholeS,
      transferS: wholeS,
      snapshotS: record === undefined ? null : (record.ended - record.begun) / second,
    },
    ...received
      .slice(0, last + 1)
      .map((bytes, i): Row => ({ ...about, second: i, receivedMBs: bytes / 1e6, transferS: null, snapshotS: null })),
  ];
}

const points = (): Point[] => bars.map((method) => ({ method }));

/** The bar of each claim that is about one. */
const barOf: Readonly<Record<string, Bar>> = {
  'consnap-fig6-base': 'no snapshot',
  'consnap-fig6-stop': 'stop-and-copy',
  'consnap-fig6-pre': 'pre-copy',
  'consnap-fig6-consnap': 'ConSnap',
};

const study: Study = {
  testbed: 'consnap',
  columns,
  points,
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  cost: () => 0.1,
  pointsFor: (claim) => points().filter(({ method }) => (barOf[claim] ?? method) === method),
  run,
};

const isWhole = (row: Row): boolean => row['second'] === null;
const takes =
  (method: Bar) =>
  (rows: readonly Row[]): number =>
    meanIn(
      rows.filter((row) => isWhole(row) && row['method'] === method),
      'transferS',
    );

const whyStop =
  'The server loses the time that it stands still, and nothing after that: each piece of the state is on the disk before it goes on, and the connection goes on as soon as the server does. ' +
  'The paper has 8 s more than its downtime; had 0.5 GB been left in the page cache at the end of it, as 2 GB in 20 s at 80 MB/s imply, writing them back would have taken about as long.';
const whyPre =
  'Under-determined: pre-copy holds the lock of device emulation for about 19 ms of every 100, to take the dirty log and to hand over pages. Socket buffers carry a network of 11 MB/s over that, and the scheduler of the host lets what is written back ' +
  'wait for what the server reads. The paper does not state the speed of its network (9 to 60 MB/s are possible): with 20 MB/s the transfer takes 200 s, which is within, with 30 MB/s 235 s.';
const whyOrder =
  "Under-determined by the speed of the network as well. With the 11 MB/s that are assumed ConSnap's slices take turns with the server's reads at up to 49 MB/s, while pre-copy's pages are written back at 32 MB/s and give way to them. " +
  'With 20 MB/s, where the lock that pre-copy holds can no longer be hidden, the order is as claimed: 187, 200 and 202 s.';

const measures: readonly Measure[] = [
  { claim: 'consnap-fig6-base', value: takes('no snapshot') },
  { claim: 'consnap-fig6-stop', value: takes('stop-and-copy'), why: whyStop },
  { claim: 'consnap-fig6-pre', value: takes('pre-copy'), why: whyPre },
  { claim: 'consnap-fig6-consnap', value: takes('ConSnap') },
  {
    claim: 'consnap-fig6-order',
    value: (rows) => Object.fromEntries(bars.map((method) => [method, takes(method)(rows)])),
    holds: (value: Record<string, number>) => value['ConSnap']! < value['pre-copy']! && value['pre-copy']! < value['stop-and-copy']!,
    why: whyOrder,
  },
];

const stated = (bar: string): number => statedNumber(`consnap-fig6-${bar}`, 'figure consnap-fig06');

function charts(rows: readonly Row[]): Chart[] {
  const points = summarize(
    rows.filter((row) => !isWhole(row)),
    ['method', 'second'],
    'receivedMBs',
  ).map(({ key, interval }): LinePoint => {
    const { mean: value, low, high } = interval;
    return { series: key['method'] as string, x: key['second'] as number, value, low: Math.max(0, low), high };
  });
  const whole = rows.filter(isWhole);
  const times = summarize(whole, ['method'], 'transferS').map(({ key, interval }) => `${key['method']} ${interval.mean.toFixed(1)} s`);
  const longest = Math.ceil(Math.max(...whole.map((row) => numberIn(row, 'transferS')))) + beginS;
  return [
    {
      name: 'received',
      title: 'Data received by an FTP client',
      caption:
        `Bytes that arrive in each second; the transfer begins at second ${beginS}, one full snapshot at second ${snapshotS}. Means with 95 % intervals over seeds. ` +
        `The transfer takes: ${times.join(', ')}. The paper: ${stated('base')}, ${stated('stop')} by stop-and-copy and ${stated('pre')} by pre-copy.`,
      spec: timeSeries(
        {
          description: `Lines of the data that an FTP client receives each second up to second ${longest}, by method`,
          xTitle: 'Time (s)',
          yTitle: 'Received (MB/s)',
          series: bars,
          width: 'page',
          steps: true,
        },
        points,
        [
          { label: 'transfer', from: beginS },
          { label: 'snapshot', from: snapshotS },
        ],
      ),
      points: pointTable(points, ['series', 'x', 'value', 'low', 'high'], 'MB/s'),
    },
  ];
}

export const consnapFig06: Figure = {
  paper: 'ConSnap',
  locus: 'Fig 6',
  about: 'what an FTP client receives each second while a full snapshot of the server is taken, by three methods and without',
  study,
  charts,
  claimRows: (rows) => rows.filter(isWhole),
  measures,
};
