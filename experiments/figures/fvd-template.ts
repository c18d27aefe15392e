/**
 * FVD, sections 2.2 and 3.2: templates of least size, grown in each image that is made from them. What the growing writes, and what an image holds right after it,
 * counted without time: the example of the paper (12 GB to 30 GB) and its experiment (a least system, grown to the first partition of the disk).
 */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { unusedMetadata } from '../../models/filesystems/file-layout.js';
import { hole, RunList } from '../../models/filesystems/run-list.js';
import { GiB, MiB, second, type Bytes } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { BootImage, firstImageFile } from '../run/boot-image.js';
import { grow, makeTemplate, partitionStart, systemIn } from '../run/boot-template.js';
import { creationTime } from '../run/creation-script.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point } from './figure.js';
import { pointTable } from './point-table.js';

/** Section 2.2: a template whose least size is 12 GB, and an image of 30 GB. It was installed in a partition of 50 GB. */
const example = { system: 10_600 * MiB, installedIn: 50 * GiB, grownTo: 30 * GiB };

const columns: readonly Column[] = [
  { name: 'image', unit: '', about: "The paper's example, or its experiment (FVD)" },
  { name: 'seed', unit: '', about: 'Seed of the files of the system' },
  { name: 'templateMB', unit: 'MB', about: 'Least size of the template, 10^6 bytes' },
  { name: 'grownMB', unit: 'MB', about: 'What its file system grows to' },
  { name: 'diskMB', unit: 'MB', about: 'Size of the disk that is made of it' },
  { name: 'writtenMB', unit: 'MB', about: 'Written to grow the file system' },
  { name: 'scriptS', unit: 's', about: 'Time of the script that makes and grows the image; null for the example' },
  { name: 'allocatedMB', unit: 'MB', about: "Blocks that the image's files have at the host's ext3 then; null for the example" },
];

const images = { 'example of 2.2': null, experiment: 'fvd-paper' } as const;
type ImageName = keyof typeof images;
const imageNames = Object.keys(images) as ImageName[];

function run({ image: name }: Point, seed: number, _scale: unknown, testbed: TestBed): Row[] {
  const format = images[name as ImageName];
  const rows = format === null ? exampleOf(seed) : experiment(format, seed, testbed);
  return [{ image: name as string, seed, ...rows }];
}

function exampleOf(seed: number): Row {
  const template = makeTemplate(example.system, example.installedIn, seed);
  let written = 0;
  grow(template, example.grownTo - partitionStart, (_offset, bytes) => (written += bytes));
  return {
    templateMB: template.bytes / 1e6,
    grownMB: example.grownTo / 1e6,
    diskMB: example.grownTo / 1e6,
    writtenMB: written / 1e6,
    scriptS: null,
    allocatedMB: null,
  };
}

function experiment(format: string, seed: number, testbed: TestBed): Row {
  const system = systemIn(testbed.backingImage.value);
  const image = new BootImage({ testbed, format, options: {}, home: 'ext3', system, rootBytes: GiB - partitionStart, seed });
  return {
    templateMB: image.templateBytes / 1e6,
    grownMB: GiB / 1e6,
    diskMB: image.setup.diskBytes / 1e6,
    writtenMB: image.bytesGrown / 1e6,
    scriptS: creationTime(testbed, testbed.command!.fixedTime.value, system, GiB - partitionStart, seed) / second,
    allocatedMB: allocatedBytes(image) / 1e6,
  };
}

/** Blocks of data of the image's own files in the host's file system. */
function allocatedBytes({ hostLayout, format }: BootImage): Bytes {
  const runs = new RunList();
  let blocks = 0;
  format.files.forEach(({ role }, i) => {
    if (role === 'backing') return;
    const file = firstImageFile + i;
    runs.clear();
    hostLayout!.map(file, 0, Math.ceil(hostLayout!.size(file) / hostLayout!.blockBytes), runs, unusedMetadata);
    for (let r = 0; r < runs.size; r++) if (runs.block[r] !== hole) blocks += runs.blocks[r]!;
  });
  return blocks * hostLayout!.blockBytes;
}

const share = (rows: readonly Row[], image: ImageName, column: string, of: string): number => {
  const row = rows.find((one) => one['image'] === image)!;
  return numberIn(row, column) / numberIn(row, of);
};

/** From the claims' words: less than 5 %. */
const little = 0.05;

const measures: readonly Measure[] = [
  {
    claim: 'fvd-s22-expand-quick',
    value: (rows) => ({
      example: share(rows, 'example of 2.2', 'writtenMB', 'grownMB'),
      experiment: share(rows, 'experiment', 'writtenMB', 'grownMB'),
    }),
    holds: (value: Record<string, number>) => Object.values(value).every((part) => part < little),
  },
  {
    claim: 'fvd-s32-initially-empty',
    value: (rows) => share(rows, 'experiment', 'allocatedMB', 'diskMB'),
    bounds: { within: [0, little], from: '< 5 %' },
  },
  {
    claim: 'fvd-fig5-script-0.4s',
    value: (rows) =>
      numberIn(
        rows.find((row) => row['image'] === 'experiment')!,
        'scriptS',
      ),
    why: 'Under-determined: programs take 0.08 s of it, and would with the shortest time that is assumed for them bring it within the bounds. The rest are writes of tables of inodes, one request of the network block device after another, each of which misses a turn of the disk; the paper says neither how large they are nor how many are under way.',
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const parts = { template: 'templateMB', written: 'writtenMB' } as const;
  const drawn: BarPoint[] = Object.entries(parts).flatMap(([series, column]) =>
    summarize(rows, ['image'], column).map(({ key, rows: group, interval }) => {
      const percent = numberIn(group[0]!, 'grownMB') / 100;
      return {
        series: series === 'template' ? 'size of the template' : 'written to grow it',
        category: key['image'] as string,
        value: interval.mean / percent,
        low: interval.low / percent,
        high: interval.high / percent,
      };
    }),
  );
  return [
    {
      name: 'growing',
      title: 'Growing a template',
      caption:
        "The least size of a template, and what resize2fs writes when the template's file system grows in an image, as shares of what it grows to: 12 GB to 30 GB in the example of section 2.2; " +
        'a system of about 500 MB to a partition of 1 GB in the experiment. No blocks are moved.',
      spec: groupedBars(
        {
          description: 'Bars of the size of a template and of the bytes written to grow it, as shares of what its file system grows to',
          xTitle: '',
          yTitle: 'Of the new size (%)',
          series: ['size of the template', 'written to grow it'],
          categories: imageNames,
        },
        drawn,
      ),
      points: pointTable(drawn, ['category', 'series', 'value', 'low', 'high']),
    },
  ];
}

export const fvdTemplate: Figure = {
  paper: 'FVD',
  locus: 'sections 2.2 and 3.2',
  about: 'templates of least size, grown in the images that are made from them',
  study: {
    testbed: 'fvd',
    columns,
    points: () => imageNames.map((image) => ({ image })),
    seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
    run,
  },
  charts,
  claimRows: (rows) => rows,
  measures,
};
