/**
 * FVD, Figure 8: what Iperf gets through a virtual machine's network while PostMark creates files on its disk. Two virtual processors; the stream
 * stands still while the hypervisor's lock is held.
 *
 * Without a disk at work nothing holds the lock, and a virtual network with large segments fills a gigabit; so both bars on the left are the
 * rate of the wire, whatever the image format.
 */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn } from '../../results/summary.js';
import { GiB } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { networkBesideDisk } from '../run/network-beside-disk.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point, Scale } from './figure.js';
import { aboutLoad, meanOf, onQueueDepth, postmarkLoad, systems } from './fvd-postmark.js';
import { pointTable } from './point-table.js';

/** The bars from left to right: without a virtual machine, with one whose disk is idle, and with PostMark on each format. */
const bars = ['Hypervisor', 'VM-disk-idle', 'RAW', 'FVD', 'QCOW2'] as const;
type Bar = (typeof bars)[number];

/** Section 4.1.3. */
const processors = 2;

const columns: readonly Column[] = [
  {
    name: 'bar',
    unit: '',
    about: 'Hypervisor: without a virtual machine; VM-disk-idle: without PostMark; else the image format under PostMark',
  },
  { name: 'partitionGiB', unit: 'GiB', about: 'Size of the partition that PostMark works on' },
  { name: 'seed', unit: '', about: 'Seed of the sizes of files' },
  { name: 'networkMBs', unit: 'MB/s', about: 'Data that the stream carried, 10^6 bytes a second' },
  { name: 'blockedShare', unit: '1', about: 'What the stream lost against an idle disk' },
  { name: 'lockHeldShare', unit: '1', about: "Share of the time for which the image's own I/O holds the hypervisor's lock" },
  { name: 'mainLoopShare', unit: '1', about: "Share of the time that the hypervisor's main loop works for requests of the disk" },
  { name: 'timeouts', unit: '1', about: 'Times that the lock was held longer than TCP waits' },
  { name: 'createS', unit: 's', about: 'Length of the creation; 0 without PostMark' },
];

const points = (): Point[] => bars.map((bar) => ({ bar }));

function run({ bar }: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const { load, layout } = postmarkLoad(scale, testbed);
  const about = { bar: bar as Bar, partitionGiB: layout.partitionBytes / GiB, seed };
  if (bar === 'Hypervisor' || bar === 'VM-disk-idle') {
    const still = { blockedShare: 0, lockHeldShare: 0, mainLoopShare: 0, timeouts: 0, createS: 0 };
    return [{ ...about, networkMBs: testbed.network.rate.value / 1e6, ...still }];
  }
  const system = systems[bar as 'RAW' | 'FVD' | 'QCOW2'];
  const request = { testbed, system, home: 'partition', device: 'virtio', processors, layout, isWarm: false, seed } as const;
  const { timeS, ...seen } = networkBesideDisk(request, load);
  return [{ ...about, ...seen, createS: timeS }];
}

const rowFor = (rows: readonly Row[], bar: Bar): Row => rows.find((row) => row['bar'] === bar)!;
const network = (rows: readonly Row[], bar: Bar): number => numberIn(rowFor(rows, bar), 'networkMBs');

/** "RAW ~ FVD": no farther apart than this. */
const alike = 0.1;
/** The ledger: 10 points. */
const slack = 0.1;

const measures: readonly Measure[] = [
  { claim: 'fvd-fig8-net', value: (rows) => network(rows, 'FVD') / network(rows, 'QCOW2') },
  {
    claim: 'fvd-fig8-order',
    value: (rows) => Object.fromEntries(bars.map((bar) => [bar, network(rows, bar)])),
    holds: (value: Record<string, number>) => {
      const at = (bar: Bar): number => value[bar]!;
      const isDown = at('Hypervisor') >= at('VM-disk-idle') && at('VM-disk-idle') >= at('RAW') && at('FVD') > at('QCOW2');
      return isDown && Math.abs(at('FVD') / at('RAW') - 1) < alike;
    },
  },
  {
    claim: 'fvd-fig8-cause',
    value: (rows) => ({
      lost: 1 - network(rows, 'QCOW2') / network(rows, 'VM-disk-idle'),
      synchronous: numberIn(rowFor(rows, 'QCOW2'), 'lockHeldShare'),
    }),
    holds: ({ lost, synchronous }: { lost: number; synchronous: number }) => Math.abs(lost - synchronous) <= slack,
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const drawn = bars.map((bar): BarPoint => {
    const ofBar = rows.filter((row) => row['bar'] === bar);
    return { series: 'Iperf', category: bar, ...meanOf(ofBar, 'networkMBs') };
  });
  return [
    {
      name: 'network',
      title: 'Network throughput beside PostMark',
      caption:
        `Data of one TCP stream while PostMark creates files, bars with 95 % intervals over seeds; two virtual processors, image on a raw partition. ${aboutLoad(rows)} ` +
        "The stream stands still while the hypervisor's lock is held. The paper's ratio of FVD to QCOW2 is not known to the model.",
      spec: groupedBars(
        {
          description: 'Bars of network throughput natively, with an idle disk, and beside PostMark on RAW, FVD and QCOW2',
          xTitle: '',
          yTitle: 'Network throughput (MB/s)',
          series: ['Iperf'],
          categories: bars,
          width: 'page',
        },
        drawn,
      ),
      points: pointTable(drawn, ['category', 'series', 'value', 'low', 'high', 'paper']),
    },
  ];
}

export const fvdFig08: Figure = {
  paper: 'FVD',
  locus: 'Fig 8',
  about: "Iperf through a virtual machine's network while PostMark creates files on RAW, FVD and QCOW2",
  study: {
    testbed: 'fvd',
    columns,
    points,
    seeds: () => 3,
    cost: ({ bar }, scale) => (bar === 'Hypervisor' || bar === 'VM-disk-idle' ? 0 : scale === 'quick' ? 1 : 10),
    run,
  },
  charts,
  claimRows: (rows) => rows,
  measures: onQueueDepth(measures),
};
