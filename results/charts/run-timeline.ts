/**
 * One run over time: lanes of slices (epochs, downtime, who holds the lock) above tracks of values (queue, head position), with a strip on
 * which a window is chosen that all of them then show. It knows no model.
 */
import type { TopLevelSpec } from 'vega-lite';
import { shown } from './layers.js';
import { figureWidthPx, neutral, palette } from './style.js';
import { wholeSpec, type Json } from './whole-spec.js';

/** Something that lasts. */
export interface TimelineSlice {
  readonly lane: string;
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
}

/** A value over time, held from one sample to the next. */
export interface TimelineTrack {
  /** With its unit: the title of its axis. */
  readonly title: string;
  readonly samples: readonly { readonly atS: number; readonly value: number }[];
}

export interface RunTimelineOptions {
  readonly description: string;
  /** From top to bottom. */
  readonly lanes: readonly string[];
  readonly endS: number;
}

/** What a page needs to move the window of a timeline. */
export interface Zooms {
  /** The selection that holds it, by field. */
  readonly selection: string;
  /** The width of the strip on which it is chosen, and what that shows. */
  readonly widthPx: number;
  readonly endS: number;
}

const windowName = 'window';

/** Throws RangeError at a slice of an undeclared lane or that ends before it begins, or where nothing is to be shown. */
export function runTimeline(
  { description, lanes, endS }: RunTimelineOptions,
  slices: readonly TimelineSlice[],
  tracks: readonly TimelineTrack[],
): TopLevelSpec {
  const stray = slices.find(({ lane, fromS, toS }) => !lanes.includes(lane) || !(toS >= fromS));
  if (stray !== undefined)
    throw new RangeError(`the slice "${stray.name}" from ${stray.fromS} to ${stray.toS} in the lane "${stray.lane}"`);
  if (!(endS > 0) || (slices.length === 0 && tracks.length === 0)) throw new RangeError('a timeline of nothing');
  const names = [...new Set(slices.map(({ name }) => name))];
  const own = slices.length === 0 ? [] : [laneView(lanes, names, slices)];
  return wholeSpec(description, {
    usermeta: { zooms: { selection: windowName, widthPx: width, endS } satisfies Zooms },
    spacing: 10,
    vconcat: [strip(slices, tracks, endS), ...own, ...tracks.map((track, i) => trackView(track, i, i === tracks.length - 1))],
    resolve: { scale: { color: 'independent' } },
  });
}

const width = figureWidthPx.page - 130;
const laneX = (field: string, title: string | null): Json => ({
  field,
  type: 'quantitative',
  title,
  axis: { tickCount: 8, labels: title !== null },
  scale: { domain: { param: windowName }, nice: false, zero: false },
});

/** The whole run: when something was going on, or the first track where there are no slices. */
function strip(slices: readonly TimelineSlice[], tracks: readonly TimelineTrack[], endS: number): Json {
  const brush = { name: windowName, select: { type: 'interval', encodings: ['x'] }, value: { x: [0, endS] } };
  const axis = {
    field: 'fromS',
    type: 'quantitative',
    title: 'Choose a window (s)',
    axis: { tickCount: 8, orient: 'top' },
    scale: { domain: [0, endS], nice: false },
  };
  const common = { name: 'strip', width, height: 26, params: [brush] };
  if (slices.length > 0) {
    const spans = { data: { values: slices.map(({ fromS, toS }) => ({ fromS, toS })) } };
    return {
      ...common,
      ...spans,
      mark: { type: 'rect', color: palette[6], opacity: 0.5, clip: true, aria: false },
      encoding: { x: axis, x2: { field: 'toS' } },
    };
  }
  const values = tracks[0]!.samples.map(({ atS, value }) => ({ fromS: atS, value }));
  const y = { field: 'value', type: 'quantitative', axis: null };
  return {
    ...common,
    data: { values },
    mark: { type: 'area', color: palette[6], interpolate: 'step-after', aria: false },
    encoding: { x: axis, y },
  };
}

function laneView(lanes: readonly string[], names: readonly string[], slices: readonly TimelineSlice[]): Json {
  return {
    name: 'lanes',
    width,
    height: 24 * lanes.length,
    data: { name: 'slices', values: slices },
    mark: { type: 'bar', clip: true, stroke: neutral.paper, strokeWidth: 0.15 },
    encoding: {
      x: laneX('fromS', null),
      x2: { field: 'toS' },
      y: {
        field: 'lane',
        type: 'nominal',
        title: null,
        sort: lanes,
        scale: { domain: lanes, paddingInner: 0.25 },
        axis: { ticks: false, domain: false, labelLimit: 130 },
      },
      color: {
        field: 'name',
        type: 'nominal',
        title: null,
        scale: { domain: names, range: names.map((_, i) => palette[i % palette.length]) },
        legend: { columns: 3, labelLimit: 190, title: null },
      },
      tooltip: [
        { field: 'name', type: 'nominal', title: 'What' },
        { field: 'lane', type: 'nominal', title: 'Lane' },
        { ...shown('fromS', 'From (s)'), format: '.6~f' },
        { ...shown('toS', 'To (s)'), format: '.6~f' },
      ],
    },
  };
}

function trackView({ title, samples }: TimelineTrack, index: number, isLast: boolean): Json {
  return {
    name: `track_${index + 1}`,
    width,
    height: 70,
    data: { name: `track_${index + 1}`, values: samples },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.2, color: palette[index % palette.length], clip: true, tooltip: true },
    encoding: {
      x: laneX('atS', isLast ? 'Time (s)' : null),
      y: {
        field: 'value',
        type: 'quantitative',
        title: title.split('\n'),
        axis: { tickCount: 3, format: '~g' },
        scale: { zero: false, nice: true },
      },
    },
  };
}

/**
 * At most about `limit` slices: such of one name in one lane that overlap, or are short and lie closer than a share of the run, are drawn as
 * one; then the longest of each lane stay.
 */
export function thinned(
  slices: readonly TimelineSlice[],
  endS: number,
  limit = 2400,
): { readonly slices: TimelineSlice[]; readonly merged: number; readonly dropped: number } {
  const nearS = endS / 2000;
  const open = new Map<string, { lane: string; name: string; fromS: number; toS: number }>();
  const joined: TimelineSlice[] = [];
  for (const slice of [...slices].sort((a, b) => a.fromS - b.fromS)) {
    const key = JSON.stringify([slice.lane, slice.name]);
    const before = open.get(key);
    const isShort = slice.toS - slice.fromS < nearS;
    if (before !== undefined && slice.fromS - before.toS < (isShort ? nearS : 0)) before.toS = Math.max(before.toS, slice.toS);
    else {
      const own = { ...slice };
      open.set(key, own);
      joined.push(own);
    }
  }
  const lanes = [...new Set(joined.map(({ lane }) => lane))];
  const kept = lanes.flatMap((lane) =>
    longest(
      joined.filter((slice) => slice.lane === lane),
      Math.max(1, Math.floor(limit / lanes.length)),
    ),
  );
  return { slices: kept, merged: slices.length - joined.length, dropped: joined.length - kept.length };
}

/** In their order. */
function longest(slices: readonly TimelineSlice[], limit: number): TimelineSlice[] {
  if (slices.length <= limit) return [...slices];
  const least = slices.map(({ fromS, toS }) => toS - fromS).sort((a, b) => b - a)[limit - 1]!;
  return slices.filter(({ fromS, toS }) => toS - fromS >= least).slice(0, limit);
}

/** What a page can do with a chart; null where it has no window. */
export const zoomsOf = (chart: TopLevelSpec): Zooms | null =>
  (chart as { readonly usermeta?: { readonly zooms?: Zooms } }).usermeta?.zooms ?? null;
