/** The page of a guest whose memory was saved: the run over time, and what each snapshot cost it. It runs nothing. */
import { lines, type TimelineTrack } from '../../results/charts/index.js';
import type { Manifest } from '../../results/provenance.js';
import type { ReportModel } from '../../results/report/index.js';
import type { Timeline } from '../../sim/timeline.js';
import { second, type Nanoseconds } from '../../sim/units.js';
import { pagesSaved, type EpochRecord } from '../../models/memory/epoch-record.js';
import { concurrency } from './binned.js';
import { ownFigure, tableOf, type Undrawn } from './own-figure.js';
import type { RunWatch } from './run-watch.js';
import { laneOf, timelineFigure, trackWindows } from './timeline-figure.js';

export interface MemoryPage {
  readonly method: string;
  readonly manifest: Manifest;
  readonly config: string;
  readonly command: string;
  readonly watch: RunWatch;
  readonly records: readonly EpochRecord[];
}

export async function memoryReport(page: MemoryPage): Promise<ReportModel> {
  const { method, manifest, config, command, watch, records } = page;
  const end = endOf(watch.timeline);
  const about = { config, command };
  const undrawn = [
    timelineFigure(`${method} over time`, watch, end, [faultTrack(watch, end)], about),
    epochFigure(
      'downtime',
      'Downtime (ms)',
      'How long each snapshot stopped the guest.',
      method,
      records,
      ({ downtime }) => downtime / 1e6,
      about,
    ),
    epochFigure(
      'duration',
      'Duration (s)',
      'From the begin of each snapshot to its end.',
      method,
      records,
      ({ begun, ended }) => (ended - begun) / second,
      about,
    ),
    epochFigure('pages', 'Pages saved', 'Pages that each snapshot saved.', method, records, pagesSaved, about),
  ];
  const figures = await Promise.all(undrawn.map((figure) => ownFigure(figure)));
  return { title: `Memory snapshots by ${method}`, manifest, notices: [], scoreboard: [], parameters: [], overview: [], figures };
}

/** A snapshot may end after the guest is done. */
const endOf = ({ size, start, duration }: Timeline): Nanoseconds =>
  start.subarray(0, size).reduce((end, from, i) => Math.max(end, from + duration[i]!), 1);

/** The share of the guest's time that page faults and exits take. */
function faultTrack({ timeline }: RunWatch, end: Nanoseconds): TimelineTrack {
  const faults = laneOf(timeline, 'vCPU').filter(({ name }) => name === 'faults and exits');
  const [from, to] = [faults.map((slice) => slice.from), faults.map((slice) => slice.to)];
  return { title: 'Page faults\n(share)', samples: concurrency(from, to, faults.length, end, trackWindows) };
}

function epochFigure(
  id: string,
  yTitle: string,
  caption: string,
  method: string,
  records: readonly EpochRecord[],
  valueOf: (record: EpochRecord) => number,
  about: Pick<Undrawn, 'config' | 'command'>,
): Undrawn {
  const points = records.map((record) => {
    const value = valueOf(record);
    return { series: method, x: record.begun / second, value, low: value, high: value };
  });
  return {
    id,
    title: yTitle,
    caption,
    spec: lines({ description: caption, xTitle: 'Begin of the snapshot (s)', yTitle, series: [method], width: 'page' }, points),
    points: tableOf(
      [
        ['beginS', 's', 'When the snapshot began'],
        ['kind', '', 'Full or incremental'],
        ['value', '', yTitle],
      ],
      records.map((record) => ({ beginS: record.begun / second, kind: record.kind, value: valueOf(record) })),
    ),
    ...about,
  };
}
