/**
 * FVD, Figure 1 and section 1: three machines are created at once from a template on a server, and one moves to another host with its disk.
 * What must be at a host before the machine can run, and when, decides; the paper gives no numbers.
 */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn } from '../../results/summary.js';
import { GiB, second } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { createFleet } from '../run/boot-fleet.js';
import { migrate, type MigrationKind } from '../run/boot-migration.js';
import { partitionStart, systemIn } from '../run/boot-template.js';
import { bootOptions } from '../testbeds/starts.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point, Scale } from './figure.js';
import { pointTable } from './point-table.js';

const machines = 3;
const rootBytes = GiB - partitionStart;
const untilS = 90;
/** FVD prefetches from a while after the boot, as in Figure 14: assumed, with its limits. */
const systems = {
  RAW: { format: 'raw', options: {} },
  FVD: {
    format: 'fvd-paper',
    options: { copyOnRead: true, prefetch: 'whole', prefetchDelay: '40s', producerLower: '5MB/s', producerUpper: '15MB/s' },
  },
  QCOW2: { format: 'qcow2-0.12', options: {} },
} as const;
type System = keyof typeof systems;
const systemNames = Object.keys(systems) as System[];

/** What the machine that moves writes meanwhile: assumed, 1 to 50 MiB a second. */
const writesPerSecond = 10;
/** FVD's header, and a bit for each 64 KiB of the disk. */
const metadataFor = (diskBytes: number): number => 4096 + Math.ceil(diskBytes / (64 * 1024) / 8 / 512) * 512;

const columns: readonly Column[] = [
  {
    name: 'what',
    unit: '',
    about: 'creation: three machines from a template; migration: one machine with its disk; second: traffic in one second of a creation',
  },
  { name: 'system', unit: '', about: 'Image format, or way of migration' },
  { name: 'seed', unit: '', about: 'Seed of the files of the template, of pauses and of writes' },
  { name: 'atS', unit: 's', about: 'End of a second; null otherwise' },
  { name: 'runsS', unit: 's', about: 'Until the last machine can boot, or runs at its new host' },
  { name: 'upS', unit: 's', about: 'Until the last machine has booted' },
  { name: 'beforeMB', unit: 'MB', about: 'Brought to one host before the machine can run, 10^6 bytes' },
  { name: 'MB', unit: 'MB', about: 'Brought to the host of a machine altogether; for a second, the mean over hosts until then' },
  { name: 'wireS', unit: 's', about: 'Three templates at the rate of the wire' },
];

const points = (): Point[] => [
  ...systemNames.map((system) => ({ what: 'creation', system })),
  ...(['pre-copy', 'on demand'] as const).map((system) => ({ what: 'migration', system })),
];

const pointsFor = (claim: string): Point[] =>
  points().filter(({ what }) => what === (claim === 'fvd-s1-migration-order' ? 'migration' : 'creation'));

const run = (point: Point, seed: number, scale: Scale, testbed: TestBed): Row[] =>
  point['what'] === 'creation'
    ? create(point['system'] as System, seed, testbed)
    : [move(point['system'] as MigrationKind, seed, scale, testbed)];

function create(system: System, seed: number, testbed: TestBed): Row[] {
  const installed = systemIn(testbed.backingImage.value);
  const image = { testbed, ...systems[system], home: 'partition', system: installed, rootBytes, seed } as const;
  const options = { ...bootOptions(testbed.starts!), system: installed };
  const fleet = createFleet({ machines, image, program: 'linux-boot', options, until: untilS * second });
  const about = { system, seed };
  const none = { runsS: null, upS: null, beforeMB: null, wireS: null };
  let sum = 0;
  const seconds = fleet[0]!.bytesBySecond.map((_, i): Row => {
    sum += fleet.reduce((all, { bytesBySecond }) => all + bytesBySecond[i]!, 0) / machines;
    return { ...about, ...none, what: 'second', atS: i + 1, MB: sum / 1e6 };
  });
  const total = {
    ...about,
    what: 'creation',
    atS: null,
    runsS: Math.max(...fleet.map(({ arrival }) => arrival.runsAt)) / second,
    upS: Math.max(...fleet.map(({ upAt }) => upAt)) / second,
    beforeMB: fleet[0]!.arrival.bytesBefore / 1e6,
    MB: sum / 1e6,
    wireS: (machines * testbed.backingImage.value) / testbed.network.rate.value,
  };
  return [total, ...seconds];
}

function move(kind: MigrationKind, seed: number, scale: Scale, testbed: TestBed): Row {
  const diskBytes = scale === 'quick' ? 4 * GiB : testbed.virtualDisk.value;
  const arrival = migrate(kind, { testbed, diskBytes, metadataBytes: metadataFor(diskBytes), writesPerSecond, seed });
  return {
    what: 'migration',
    system: kind,
    seed,
    atS: null,
    runsS: arrival.runsAt / second,
    upS: null,
    beforeMB: arrival.bytesBefore / 1e6,
    MB: arrival.bytes / 1e6,
    wireS: null,
  };
}

const cell = (rows: readonly Row[], system: string, column: string): number =>
  numberIn(
    rows.find((row) => row['system'] === system)!,
    column,
  );

/** What "much longer" is taken to be at least. */
const muchLonger = 20;

const measures: readonly Measure[] = [
  {
    claim: 'fvd-fig1-vm-creation',
    value: (rows) => ({
      RAW: cell(rows, 'RAW', 'runsS'),
      FVD: cell(rows, 'FVD', 'runsS'),
      QCOW2: cell(rows, 'QCOW2', 'runsS'),
      threeOverTheWire: cell(rows, 'RAW', 'wireS'),
    }),
    holds: (value: Record<string, number>) =>
      value['RAW']! >= 0.9 * value['threeOverTheWire']! &&
      value['RAW']! > muchLonger * value['FVD']! &&
      value['RAW']! > muchLonger * value['QCOW2']! &&
      Math.max(value['FVD']! / value['QCOW2']!, value['QCOW2']! / value['FVD']!) < muchLonger,
  },
  {
    claim: 'fvd-s1-migration-order',
    value: (rows) => ({
      preCopy: cell(rows, 'pre-copy', 'runsS'),
      FVD: cell(rows, 'on demand', 'runsS'),
      bytes: cell(rows, 'pre-copy', 'MB') / cell(rows, 'on demand', 'MB'),
    }),
    holds: ({ preCopy, FVD, bytes }: Record<string, number>) => preCopy! > muchLonger * FVD! && bytes! > 0.5 && bytes! < 2,
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const one = rows.filter((row) => row['what'] === 'second' && row['seed'] === 1);
  const drawn: LinePoint[] = one.map((row) => {
    const value = numberIn(row, 'MB');
    return { series: row['system'] as System, x: numberIn(row, 'atS'), value, low: value, high: value };
  });
  const totals = rows.filter((row) => row['what'] === 'creation' && row['seed'] === 1);
  const upS = systemNames.map((system) => `${system} after ${cell(totals, system, 'upS').toFixed(0)} s`).join(', ');
  return [
    {
      name: 'creation',
      title: 'Three machines created at once',
      caption:
        `What came from the server to each of three hosts since the machines were asked for, one seed. The last machine has booted: ${upS}. ` +
        'RAW copies the whole template before it boots; QCOW2 and FVD boot at once and bring what is read; FVD brings the rest later, while nobody else needs the server.',
      spec: lines(
        {
          description: 'Bytes that came from the server to each host over time, for RAW, FVD and QCOW2',
          xTitle: 'Time since the machines were asked for (s)',
          yTitle: 'From the server (MB a host)',
          series: systemNames,
          width: 'page',
        },
        drawn,
      ),
      points: pointTable(drawn, ['series', 'x', 'value']),
    },
  ];
}

export const fvdFig01: Figure = {
  paper: 'FVD',
  locus: 'Fig 1, section 1',
  about: 'three machines created at once from a template on a server, and a machine that moves with its disk',
  study: { testbed: 'fvd', columns, points, pointsFor, seeds: (_point, scale) => (scale === 'quick' ? 2 : 5), run },
  charts,
  claimRows: (rows) => rows.filter((row) => row['what'] !== 'second'),
  measures,
};
