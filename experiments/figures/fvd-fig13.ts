/**
 * FVD, Figure 13: a virtual machine boots and starts an application server, is switched off, and does both again; meanwhile what the host gets
 * from the server with the template is counted on the wire.
 *
 * The paper gives two times for FVD, and neither the work of the application server nor what it reads. Two inputs are set on them: its processor
 * time on the second start, the bytes that it reads on the first. The image's files are on the host's ext3, as in most bars of Figure 12;
 * each start finds the server's memory empty.
 */
import { groupedBars, lines, type BarPoint, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { GiB, MiB, second } from '../../sim/units.js';
import { loadLedger, type Measure } from '../claims/index.js';
import { BootImage, type Home } from '../run/boot-image.js';
import { serverMemory, start } from '../run/boot-run.js';
import { partitionStart } from '../run/boot-template.js';
import { bootOptions } from '../testbeds/starts.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point } from './figure.js';
import { pointTable } from './point-table.js';

const systems = {
  QCOW2: { format: 'qcow2-0.12', options: {} },
  FVD: { format: 'fvd-paper', options: { copyOnRead: true } },
  'FVD, driver': { format: 'fvd-2011', options: { copyOnRead: true } },
} as const;
type System = keyof typeof systems;
const systemNames = Object.keys(systems) as System[];
const homes: readonly Home[] = ['ext3', 'partition'];

/** A Linux and the application server, installed. Assumed, 1 to 3 GiB, in a partition of 4 GiB. */
const system = 1500 * MiB;
const rootBytes = 4 * GiB - partitionStart;

const columns: readonly Column[] = [
  { name: 'what', unit: '', about: 'total: a whole start; second: what came from the server in one second of it' },
  { name: 'system', unit: '', about: 'Image format; FVD, driver: as published in 2011, which copies what was read and not whole blocks' },
  { name: 'home', unit: '', about: "Where the image is: in files on the host's ext3, or on a raw partition" },
  { name: 'start', unit: '', about: '1: the first start; 2: after the machine was switched off' },
  { name: 'seed', unit: '', about: "Seed of the system's files and of their order" },
  { name: 'atS', unit: 's', about: 'Seconds since power on, at the end of the second; null for a whole start' },
  { name: 'bootS', unit: 's', about: 'Time of the boot; null for a second' },
  { name: 'applicationS', unit: 's', about: 'Time in which the application server starts, after the boot; null for a second' },
  { name: 'serverMB', unit: 'MB', about: 'On the wire from the server, 10^6 bytes' },
  { name: 'savedMB', unit: 'MB', about: 'Saved by copy-on-read, 10^6 bytes; null for a second' },
  { name: 'fingerprint', unit: '', about: 'Tells whether two runs were the same' },
];

const points = (): Point[] => homes.flatMap((home) => systemNames.map((name) => ({ system: name, home })));

const pointsFor = (): Point[] => points().filter((point) => point['home'] === 'ext3' && point['system'] !== 'FVD, driver');

function run(point: Point, seed: number, _scale: unknown, testbed: TestBed): Row[] {
  const { system: name, home } = point as { system: System; home: Home };
  const image = new BootImage({ testbed, ...systems[name], home, system, rootBytes, seed });
  const starts = testbed.starts!;
  const { read: bootRead, together, compute: bootCompute } = bootOptions(starts);
  const boot = { bootRead, together, bootCompute };
  const application = { compute: `${starts.applicationCompute.value}ns`, read: starts.applicationRead.value };
  return [1, 2].flatMap((number): Row[] => {
    const started = start(image, 'server-start', { ...boot, ...application, system }, serverMemory(starts.server.value));
    const about = { system: name, home, start: number, seed, fingerprint: started.fingerprint };
    const none = { bootS: null, applicationS: null, savedMB: null };
    const seconds = started.serverBytesBySecond.map((bytes, i): Row => ({
      ...about,
      ...none,
      what: 'second',
      atS: i + 1,
      serverMB: bytes / 1e6,
    }));
    const total = {
      ...about,
      what: 'total',
      atS: null,
      bootS: started.phases[0]! / second,
      applicationS: started.phases[1]! / second,
      serverMB: started.serverBytes / 1e6,
      savedMB: started.savedBytes / 1e6,
    };
    // One seed is drawn second by second.
    return seed === 1 ? [total, ...seconds] : [total];
  });
}

const cell = (rows: readonly Row[], name: System, number: number, column: string): number =>
  numberIn(
    rows.find((row) => row['system'] === name && row['start'] === number)!,
    column,
  );

const measures: readonly Measure[] = [
  { claim: 'fvd-fig13-was-51.0', value: (rows) => cell(rows, 'FVD', 1, 'applicationS'), calibratedOn: 'fvd-fig13-was-51.0' },
  { claim: 'fvd-fig13-was-42.1', value: (rows) => cell(rows, 'FVD', 2, 'applicationS'), calibratedOn: 'fvd-fig13-was-42.1' },
  {
    claim: 'fvd-fig13-was-qcow2',
    calibratedOn: 'fvd-fig13-was-42.1',
    value: (rows) => ({ first: cell(rows, 'QCOW2', 1, 'applicationS'), second: cell(rows, 'QCOW2', 2, 'applicationS') }),
  },
  {
    claim: 'fvd-fig13-reboot-traffic',
    value: (rows) => ({
      FVD: cell(rows, 'FVD', 2, 'serverMB') / cell(rows, 'FVD', 1, 'serverMB'),
      QCOW2: cell(rows, 'QCOW2', 2, 'serverMB') / cell(rows, 'QCOW2', 1, 'serverMB'),
    }),
  },
];

const startNames = ['First start', 'After a reboot'] as const;
const nameOf = (row: Row): string => startNames[(row['start'] as number) - 1]!;

function charts(rows: readonly Row[]): Chart[] {
  const onExt3 = rows.filter((row) => row['home'] === 'ext3');
  return [trafficChart(onExt3.filter((row) => row['what'] === 'second')), timeChart(onExt3.filter((row) => row['what'] === 'total'))];
}

function trafficChart(rows: readonly Row[]): Chart {
  const sums = new Map<string, number>();
  const drawn: LinePoint[] = rows.map((row) => {
    const key = `${row['system'] as System} ${nameOf(row)}`;
    const value = (sums.get(key) ?? 0) + numberIn(row, 'serverMB');
    sums.set(key, value);
    return { panel: nameOf(row), series: row['system'] as System, x: numberIn(row, 'atS'), value, low: value, high: value };
  });
  return {
    name: 'traffic',
    title: 'Traffic from the server with the template',
    caption:
      'What came from the server since power on, one seed: the machine boots, then the application server starts. FVD brings whole blocks of 64 KiB, once; QCOW2 brings what is read, and after a reboot the same again; the published driver brings what QCOW2 does, once: on the first start their lines coincide.',
    spec: lines(
      {
        description: 'Bytes from the server since power on, over time, for QCOW2 and FVD, at the first start and after a reboot',
        xTitle: 'Time since power on (s)',
        yTitle: 'From the server (MB)',
        series: systemNames,
        panels: startNames,
        width: 'page',
      },
      drawn,
    ),
    points: pointTable(drawn, ['panel', 'series', 'x', 'value']),
  };
}

/** What the paper states of FVD; its times of QCOW2 are withheld. */
function paperTime(name: System, number: number): number | null {
  if (name !== 'FVD') return null;
  const { expected } = loadLedger().get(number === 1 ? 'fvd-fig13-was-51.0' : 'fvd-fig13-was-42.1', 'figure fvd-fig13');
  return typeof expected === 'number' ? expected : null;
}

function timeChart(rows: readonly Row[]): Chart {
  const drawn: BarPoint[] = summarize(rows, ['system', 'start'], 'applicationS').map(({ key, interval }) => ({
    series: key['system'] as System,
    category: nameOf(key),
    value: interval.mean,
    low: interval.low,
    high: interval.high,
    paper: paperTime(key['system'] as System, key['start'] as number),
  }));
  return {
    name: 'start',
    title: 'Time to start the application server',
    caption:
      "Time to start the application server after the boot, with 95 % intervals over seeds. Its processor time and the bytes that it reads were set on the paper's two times of FVD; QCOW2 is predicted.",
    spec: groupedBars(
      {
        description: 'Bars of the time to start an application server with QCOW2 and FVD, at the first start and after a reboot',
        xTitle: '',
        yTitle: 'Start of the application server (s)',
        series: systemNames,
        categories: startNames,
      },
      drawn,
    ),
    points: pointTable(drawn, ['category', 'series', 'value', 'low', 'high', 'paper']),
  };
}

export const fvdFig13: Figure = {
  paper: 'FVD',
  locus: 'Fig 13',
  about: 'boot and start of an application server, twice: time, and traffic from the server with the template',
  study: { testbed: 'fvd', columns, points, pointsFor, seeds: (_point, scale) => (scale === 'quick' ? 3 : 10), run },
  charts,
  claimRows: (rows) => rows.filter((row) => row['what'] === 'total' && row['home'] === 'ext3'),
  measures,
};
