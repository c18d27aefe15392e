/** A report with made-up values of a realistic size, and with a label that means harm. */
import {
  bandValue,
  evaluateClaims,
  loadLedger,
  scoreRows,
  withBands,
  type Band,
  type Measurement,
} from '../../../experiments/claims/index.js';
import { lines, renderSvg, runTimeline, withSingleSeeds } from '../../../results/charts/index.js';
import { renderPdf } from '../../../results/pdf.js';
import type { Manifest } from '../../../results/provenance.js';
import type { ReportFigure, ReportModel } from '../../../results/report/index.js';
import type { Column, Row } from '../../../results/rows.js';
import { barPoints, demoBands, demoBars, demoSeeds, linePoints } from './demo-figures.js';

export const harmfulLabel = '<script>document.title = "harmed"</script><!-- <img src=x onerror=alert(1)> "quoted"';

const demoManifest: Manifest = {
  program: 'snapsim',
  version: '0.1.0',
  command: ['snapsim', 'reproduce', '--quick'],
  config: {},
  configSha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  seed: 1,
  code: { describe: 'v0.1.0-4-g2a81704', commit: '2a81704c0ffee2a81704c0ffee2a81704c0ffee0', isDirty: false },
  node: 'v20.20.2',
  dependencies: { vega: '6.4.0', 'vega-lite': '6.4.3' },
  inputs: {},
  outputs: { 'fvd-fig05.csv': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  started: '2026-01-02T03:04:05.000Z',
  finished: '2026-01-02T03:05:35.000Z',
  durationSeconds: 90,
  machine: { processor: 'A processor', cores: 2, memoryBytes: 8e9, platform: 'linux x64' },
};

const column = (name: string, unit: string, about: string): Column => ({ name, unit, about });
const [value, low, high, paper] = [
  column('value', 'MB/s', 'Mean throughput over seeds'),
  column('low', 'MB/s', 'Lower end of the 95 % interval'),
  column('high', 'MB/s', 'Upper end of the 95 % interval'),
  column('paper', 'MB/s', "The paper's value, where it states one"),
];

async function figure(
  of: Pick<ReportFigure, 'id' | 'title' | 'paper' | 'claims' | 'source' | 'caption' | 'spec'>,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<ReportFigure> {
  const svg = await renderSvg(of.spec);
  const table = { columns, rows };
  const pdf = await renderPdf(svg, of.title);
  const config = `testbed: fvd  # ${harmfulLabel}`;
  return { ...of, svg, pdf, overlay: [], config, points: table, rows: table, command: `snapsim reproduce ${of.id}` };
}

const harmfulPoints = [1, 2].map((x) => ({ series: harmfulLabel, x, value: x, low: x, high: x }));

const measurements = new Map<string, Measurement>([
  ['fvd-fig5-first-write', { values: [3.08, 3.12, 3.1] }],
  ['fvd-fig5-second-write', { values: [2.12, 2.15, 2.14] }],
  ['fvd-fig5-fvd-eq-raw', { values: [{ 'first write': 0.999, 'second write': 0.999, read: 1 }] }],
  ['fvd-fig5-cache-miss', { values: [0.16, 0.161], bounds: { within: [0.14, 0.18], from: '0.16 +-0.02' } }],
  ['fvd-fig5-read', { values: [2.13, 2.15, 2.14] }],
  ['fvd-fig5-first-slower', { values: [{ first: 24.1, second: 16.4 }], holds: true }],
  ['fvd-fig5-virt-overhead', { values: [0.976] }],
  ['fvd-fig5-script-0.4s', { values: [0.05], why: `Process start-up is outside the model. ${harmfulLabel}` }],
  ['fvd-s23-raw-part-vs-ext3', { values: [1.2, 1.35, 1.5] }],
]);

const bands = new Map<string, Band>([
  ['fvd-fig5-second-write', { value: bandValue([[1.7], [2.6], [2.2]], [2.14], 'demo'), samples: 3, seeds: 1, holds: null, scale: 'quick' }],
]);

/** A run over time. */
export const demoTimeline = (): Promise<ReportFigure> => {
  const slices = [0, 1, 2, 3].map((i) => ({
    lane: i % 2 === 0 ? 'epochs' : 'downtime',
    name: harmfulLabel,
    fromS: 2 * i,
    toS: 2 * i + 1.5,
  }));
  const samples = Array.from({ length: 100 }, (_, i) => ({ atS: i / 10, value: i % 7 }));
  return figure(
    {
      id: 'timeline',
      title: 'A run over time',
      paper: '',
      claims: [],
      source: '',
      caption: '',
      spec: runTimeline({ description: 'd', lanes: ['epochs', 'downtime'], endS: 10 }, slices, [{ title: 'Queue', samples }]),
    },
    [column('lane', '', ''), column('name', '', ''), column('fromS', 's', ''), column('toS', 's', '')],
    slices,
  );
};

export async function demoReport(): Promise<ReportModel> {
  return {
    title: 'FVD, Figure 5',
    manifest: demoManifest,
    notices: [harmfulLabel],
    scoreboard: scoreRows(withBands(evaluateClaims(loadLedger(), measurements), bands)),
    parameters: [
      {
        name: 'fvd.requestOverhead',
        value: '190 us',
        status: 'calibration',
        range: '100 us to 300 us',
        calibratedOn: 'fvd-fig5-virt-overhead',
        source: 'exits of virtio',
      },
      { name: 'fvd.cache', value: 'none', status: 'stated', range: '', calibratedOn: '', source: harmfulLabel },
    ],
    overview: [],
    figures: [
      await figure(
        {
          id: 'fvd-fig05',
          title: 'Random I/O on a raw partition',
          paper: 'FVD',
          claims: ['fvd-fig5-first-write', 'fvd-fig5-second-write', 'fvd-fig5-read', 'fvd-fig5-first-slower'],
          source: 'FVD, Fig 5',
          caption:
            "Throughput of RandIO, 64 KiB requests on a 50 GB partition, one outstanding. Bars are means over 10 seeds with 95 % intervals; diamonds are the paper's ratios over the simulated RAW.",
          spec: withSingleSeeds(demoBars, demoSeeds),
        },
        [column('category', '', 'Operation'), column('series', '', 'System'), value, low, high, paper],
        barPoints.map((point) => ({ ...point, paper: point.paper ?? null })),
      ),
      await figure(
        {
          id: 'fvd-fig05-band',
          title: 'The same over what the paper leaves open',
          paper: '',
          claims: [],
          source: '',
          caption: harmfulLabel,
          spec: demoBands,
        },
        [
          column('panel', '', 'Setting of the drive'),
          column('series', '', 'Operation'),
          column('x', '%', 'Share of the disk written'),
          value,
          low,
          high,
          paper,
        ],
        linePoints.map((point) => ({ ...point, panel: point.panel ?? '', paper: point.paper ?? null })),
      ),
      await figure(
        {
          id: 'harm',
          title: harmfulLabel,
          paper: harmfulLabel,
          claims: ['fvd-fig5-script-0.4s'],
          source: harmfulLabel,
          caption: 'A label that means harm.',
          spec: lines({ description: harmfulLabel, xTitle: harmfulLabel, yTitle: 'y', series: [harmfulLabel] }, harmfulPoints),
        },
        [column('series', '', harmfulLabel), column('x', '', ''), value, low, high],
        harmfulPoints,
      ),
    ],
  };
}
