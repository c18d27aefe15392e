/** The options with which commands write a timeline, bounded by a window of simulated time and by a number of slices. */
import { Option, type Command } from 'commander';
import { checkWritable } from '../../results/store.js';
import { noteOf } from '../../results/timeline.js';
import { InputError } from '../../sim/errors.js';
import { Timeline, usualLimit } from '../../sim/timeline.js';
import { parseTime } from '../../sim/units.js';
import { saveTimeline } from '../run/record-runs.js';
import { wholeNumber } from './values.js';

export interface TimelineFlags {
  readonly timeline?: string;
  readonly timelineWindow?: string;
  readonly timelineSlices?: number;
}

/** @param of which run of the command the timeline is of, such as `the first format` */
export const addTimelineOptions = (command: Command, of: string): Command =>
  command
    .option('--timeline <file>', `write what happened when, as Chrome trace events (Perfetto opens them), of ${of}`)
    .option('--timeline-window <from..to>', 'only what happened in this time since the start, such as 10s..12.5s, or 10s..')
    .addOption(
      new Option('--timeline-slices <n>', `the most slices that it holds; later ones are left out (default: ${usualLimit})`).argParser(
        wholeNumber('--timeline-slices', 1, 20_000_000),
      ),
    );

/** Null where none is asked for. Throws InputError at a window that is none, a file that cannot be written, or options that need a timeline. */
export function timelineOf({ timeline, timelineWindow, timelineSlices }: TimelineFlags): Timeline | null {
  if (timeline !== undefined) {
    const window = windowOf(timelineWindow);
    checkWritable(timeline);
    return new Timeline({ limit: timelineSlices ?? usualLimit, ...window });
  }
  for (const [option, value] of [
    ['--timeline-window', timelineWindow],
    ['--timeline-slices', timelineSlices],
  ])
    if (value !== undefined) throw new InputError(String(option), String(value), '--timeline FILE with it');
  return null;
}

function windowOf(text: string | undefined): { from: number; to: number } {
  if (text === undefined) return { from: 0, to: Infinity };
  const [from = '', to = '', ...rest] = text.split('..');
  const expected = 'FROM..TO, such as 10s..12.5s, FROM before TO; either may be left out';
  if (!text.includes('..') || rest.length > 0) throw new InputError('--timeline-window', `"${text}"`, expected);
  const window = {
    from: from === '' ? 0 : parseTime(from, '--timeline-window'),
    to: to === '' ? Infinity : parseTime(to, '--timeline-window'),
  };
  if (window.from >= window.to) throw new InputError('--timeline-window', `"${text}"`, expected);
  return window;
}

/** Writes the file whole, and says on standard error what was left out. */
export function saveAndTell(timeline: Timeline, file: string): void {
  saveTimeline(timeline, file);
  if (timeline.dropped + timeline.before + timeline.after > 0) process.stderr.write(`snapsim: ${file} holds ${noteOf(timeline)}\n`);
}
