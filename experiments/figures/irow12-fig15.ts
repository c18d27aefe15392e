/**
 * iROW 2012, Figure 15: how much of the host's disk an image takes while a system is installed in it (A), boots and gets its tools (B), and a kernel is unpacked (C) and compiled (D); iROW beside qcow2, looked
 * at every 100 s.
 *
 * What was installed and compiled the paper does not say. Inputs: a system of 2.4 GB and tools of 0.3 GB (a desktop of Debian 6 takes 2 to 3 GB), and the kernel of a distribution with debugging information, in
 * which objects and what is linked of them take 2 to 4 GB.
 */
import { timeSeries, type LinePoint, type TimeMark } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { groupRows, numberIn } from '../../results/summary.js';
import { GiB, KiB, microsecond, MiB, second } from '../../sim/units.js';
import { FileOp, type FileOperation, type FileProgram } from '../../traces/files/file-operation.js';
import { fileWorkloads } from '../../traces/files/index.js';
import type { Measure } from '../claims/index.js';
import { guestOn, latencyBesideExits, mountOn, runProgram } from '../run/guest-machine.js';
import { HostedImage } from '../run/irow-image.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point, Scale } from './figure.js';
import { pointTable } from './point-table.js';

const systems = { iROW: 'irow-paper', qcow2: 'qcow2-0.12' } as const;
type System = keyof typeof systems;

const diskBytes = 10 * GiB;
const partition = MiB;
/** Packages come from a mirror or a disc at 2.5 MB/s, and are decompressed: with it all stages together take about as long as the paper's axis. */
const perKiB = '400us';
const every = 100 * second;

/** A quick run installs and compiles an eighth, and looks eight times as often. */
const share: Readonly<Record<Scale, number>> = { quick: 1 / 8, full: 1 };

interface Stage {
  readonly workload: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Its files are those of an earlier stage, by number. */
  readonly filesOf?: number;
}

const stagesOf = (part: number): readonly Stage[] => {
  const system = { system: 2400 * MiB * part };
  return [
    { workload: 'os-install', options: { ...system, timePerKiB: perKiB } },
    { workload: 'linux-boot', options: { ...system, compute: '20s' }, filesOf: 0 },
    { workload: 'os-install', options: { system: 300 * MiB * part, timePerKiB: perKiB } },
    {
      workload: 'kernel-compile',
      options: { files: 30_400 * part, compiled: 12_000 * part, medianObject: 90 * KiB, rounds: 1, compileTime: '250ms', linkTime: '60s' },
    },
  ];
};
/** Phases of the programs, by stage, as the paper counts: install; boot, and install tools; unpack; compile. The last one cleans up, which the paper does not do. */
const letters: readonly (readonly (string | null)[])[] = [['A'], ['B'], ['B'], ['C', 'D', null]];

/** What unpacks and links the kernel computes for each KiB that it writes: bzip2 gives 10 to 20 MB/s. Assumed, 30 to 150 us. */
const kernelPerKiB = 70 * microsecond;
const kernelStage = 3;

/** Numbers of files that one stage may take. */
const room = 1_000_000;

const columns: readonly Column[] = [
  { name: 'system', unit: '', about: 'Image format' },
  { name: 'seed', unit: '', about: 'Seed of the files that are installed and compiled' },
  { name: 'atS', unit: 's', about: 'When it was looked, from the start of the installation' },
  { name: 'stage', unit: '', about: 'A installs the system, B boots it and installs tools, C unpacks a kernel, D compiles it' },
  { name: 'usedMB', unit: 'MB', about: "What the image takes on the host's file system, 10^6 bytes" },
];

/** The stages one after another, each with files of its own, until the kernel is compiled. */
class Stages implements FileProgram {
  /** As the paper names the stage. */
  letter = 'A';
  private stage = 0;
  private program: FileProgram;

  constructor(
    private readonly stages: readonly Stage[],
    private readonly seed: number,
  ) {
    this.program = this.open();
  }

  next(into: FileOperation): boolean {
    while (!this.program.next(into)) {
      this.stage += 1;
      if (this.stage === this.stages.length) return false;
      this.program = this.open();
    }
    if (into.op === FileOp.PHASE) {
      const letter = letters[this.stage]![into.file] ?? null;
      if (letter === null) return false;
      this.letter = letter;
      return true;
    }
    const offset = (this.stages[this.stage]!.filesOf ?? this.stage) * room;
    if (into.file > 0) into.file += offset;
    if (into.directory > 0) into.directory += offset;
    if (this.stage === kernelStage && into.op === FileOp.WRITE) into.compute += Math.round((into.bytes / KiB) * kernelPerKiB);
    return true;
  }

  private open(): FileProgram {
    const { workload, options, filesOf } = this.stages[this.stage]!;
    return fileWorkloads.get(workload, 'a stage').open(options, `${this.seed}/${filesOf ?? this.stage}`, 'a stage');
  }
}

function run({ system }: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const format = systems[system as System];
  const image = new HostedImage({ testbed, format, options: {}, diskBytes, seed, requestOverhead: latencyBesideExits(testbed) });
  image.openForBench();
  const { kernel, storage, setup } = image;
  const machine = guestOn({ kernel, disk: image.bench, setup }, 'virtio', testbed.guest.processors.value);
  const { files } = mountOn(machine, { kind: 'ext3', offset: partition, bytes: diskBytes - partition, seed });
  const program = new Stages(stagesOf(share[scale]), seed);
  const empty = storage.usedBytes();
  const start = kernel.now;
  const rows: Row[] = [];
  const look = kernel.timer(() => {
    const usedMB = (storage.usedBytes() - empty) / 1e6;
    rows.push({ system: system as string, seed, atS: (kernel.now - start) / second, stage: program.letter, usedMB });
    look.start(every * share[scale]);
  });
  look.start(every * share[scale]);
  runProgram(machine, files, program);
  files.checkConservation();
  image.checkConservation(image.bench);
  return rows;
}

/** Ratios of what both images take at each time, of one seed, as long as both are at work. */
function ratios(rows: readonly Row[]): number[] {
  const of = (system: System): Row[] => rows.filter((row) => row['system'] === system);
  const qcow2 = of('qcow2');
  return of('iROW')
    .slice(0, qcow2.length)
    .map((row, i) => numberIn(row, 'usedMB') / numberIn(qcow2[i]!, 'usedMB'));
}

const measures: readonly Measure[] = [
  {
    claim: 'irow12-fig15',
    value: (rows) => {
      const all = ratios(rows);
      return { least: Math.min(...all), most: Math.max(...all), last: all[all.length - 1]! };
    },
    bounds: { within: [0.9, 1.1], from: 'ratio iROW/qcow2 within 0.9..1.1' },
    why: 'At equal progress both images take the same; where programs write faster than qcow2 takes it, iROW is ahead in time.',
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const first = rows.filter((row) => row['seed'] === 1);
  const drawn: LinePoint[] = first.map((row) => {
    const value = numberIn(row, 'usedMB') / 1000;
    return { series: row['system'] as string, x: numberIn(row, 'atS'), value, low: value, high: value };
  });
  const marks: TimeMark[] = groupRows(
    first.filter((row) => row['system'] === 'qcow2'),
    ['stage'],
  ).map(({ key, rows: inStage }) => ({ label: key['stage'] as string, from: numberIn(inStage[0]!, 'atS') }));
  return [
    {
      name: 'usage',
      title: 'Disk usage of an image',
      caption:
        "What the files of the image take on the host's ext3 while (A) a system is installed on a disk of 10 GB, (B) it boots and gets its tools, (C) a kernel is unpacked, (D) it is compiled. " +
        'What is installed and compiled is an input. One seed; a quick run does an eighth of the work and looks eight times as often.',
      spec: timeSeries(
        {
          description: 'Disk usage of iROW and qcow2 over the installation of a system and the compilation of a kernel',
          xTitle: 'Time (s)',
          yTitle: 'Disk usage (GB)',
          series: Object.keys(systems),
          width: 'page',
        },
        drawn,
        marks,
      ),
      points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high']),
    },
  ];
}

export const irow12Fig15: Figure = {
  paper: 'iROW',
  locus: 'Fig 15',
  about: 'disk usage of an image while a system is installed and a kernel compiled: iROW, qcow2',
  study: {
    testbed: 'consnap',
    columns,
    points: () => Object.keys(systems).map((system) => ({ system })),
    seeds: (_point, scale) => (scale === 'quick' ? 2 : 5),
    cost: (_point, scale) => (scale === 'quick' ? 5 : 40),
    run,
  },
  charts,
  claimRows: (rows) => rows,
  measures,
};
