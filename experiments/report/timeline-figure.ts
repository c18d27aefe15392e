/** One run over time as a figure: the lanes of its timeline, and what its drive did. It runs nothing. */
import { runTimeline, thinned, type TimelineSlice, type TimelineTrack } from '../../results/charts/index.js';
import type { Timeline } from '../../sim/timeline.js';
import { second, type Nanoseconds } from '../../sim/units.js';
import { concurrency, lastOfWindows } from './binned.js';
import { tableOf, type Undrawn } from './own-figure.js';
import type { RunWatch } from './run-watch.js';

/** Windows of a track whose values are means. */
export const trackWindows = 600;

/** The slices of one lane, ns. */
export function laneOf(timeline: Timeline, lane: string): { readonly name: string; readonly from: number; readonly to: number }[] {
  const index = timeline.lanes.indexOf(lane);
  return Array.from({ length: timeline.size }, (_, i) => i)
    .filter((i) => timeline.lane[i] === index)
    .map((i) => ({ name: timeline.names[timeline.name[i]!]!, from: timeline.start[i]!, to: timeline.start[i]! + timeline.duration[i]! }));
}

/** @param tracks shown above those of the drive */
export function timelineFigure(
  title: string,
  watch: RunWatch,
  end: Nanoseconds,
  tracks: readonly TimelineTrack[],
  about: Pick<Undrawn, 'config' | 'command'>,
): Undrawn {
  const { timeline } = watch;
  const lanes = timeline.lanes.filter((lane) => laneOf(timeline, lane).length > 0);
  const all = lanes.flatMap((lane) =>
    laneOf(timeline, lane).map((slice): TimelineSlice => ({ lane, name: slice.name, fromS: slice.from / second, toS: slice.to / second })),
  );
  const { slices, merged, dropped } = thinned(all, end / second);
  const ofDrive = [
    { title: 'Waiting\n(drive)', samples: concurrency(watch.submitted, watch.begun, watch.ios, end, trackWindows) },
    {
      title: 'Head at\n(GB)',
      samples: lastOfWindows(watch.begun, watch.place, watch.ios, end, 2 * trackWindows).map(({ atS, value }) => ({
        atS,
        value: value / 1e9,
      })),
    },
  ];
  return {
    id: 'timeline',
    title,
    caption: `What happened when: choose a window on the strip at the top, with the mouse or the buttons.${leftOut(watch, merged, dropped)}`,
    spec: runTimeline({ description: `Timeline: ${title}`, lanes, endS: end / second }, slices, [...tracks, ...ofDrive]),
    points: tableOf(
      [
        ['lane', '', 'Who'],
        ['name', '', 'What'],
        ['fromS', 's', 'From'],
        ['toS', 's', 'To'],
      ],
      slices.map((slice) => ({ ...slice })),
    ),
    ...about,
  };
}

function leftOut({ timeline, count, ios }: RunWatch, merged: number, dropped: number): string {
  const left = timeline.dropped + dropped;
  return [
    merged === 0
      ? ''
      : ` ${merged} slices that overlap, or lie closer together than a 2000th of the run, are drawn with the one before them.`,
    left === 0 ? '' : ` ${left} slices are left out: the run has more than a page can show (--timeline FILE keeps more).`,
    count === ios ? '' : ` The drive's tracks end after ${ios} of ${count} I/Os.`,
  ].join('');
}
