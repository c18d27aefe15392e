/**
 * What of a study's runs is kept besides their rows: `record: {requests: parquet, timeline: true}`. It is kept of the first run of each point; the
 * numbers do not depend on it.
 */
import { choice, readOptions, type OptionSet, type Values } from '../../sim/options.js';
import { InputError } from '../../sim/errors.js';
import type { AnyStudyKind } from '../studies/study.js';
import type { Placed } from './placed.js';
import { group, readSection } from './section.js';

const options = {
  requests: choice(
    'every request with all parts of its latency, as a table of this kind',
    ['none', 'parquet', 'csv', 'jsonl', 'csv.gz', 'jsonl.gz'],
    'none',
  ),
  timeline: { kind: 'switch', about: 'what happened when, as Chrome trace events', default: false },
  from: { kind: 'time', about: 'the timeline begins here', default: 0 },
  to: { kind: 'time', about: 'the timeline ends here; 0: with the run', default: 0 },
  slices: {
    kind: 'count',
    about: 'the most slices that the timeline holds; later ones are left out',
    default: 200_000,
    min: 1,
    max: 20_000_000,
  },
} as const satisfies OptionSet;

export type RecordRule = Values<typeof options>;

export const recordSection = group('what is kept of the first run of each point, besides its row', options);

/**
 * @param around where it would have to stand
 * @returns null where nothing is to be kept
 * @throws InputError at what is wrong, or what the kind of study cannot keep
 */
export function readRecord(node: Placed | undefined, { records = [] }: AnyStudyKind, around: string): RecordRule | null {
  if (node === undefined) return null;
  const { plain } = readSection('record', recordSection, node, around);
  const rule = readOptions(options, (plain ?? {}) as Readonly<Record<string, string>>, 'record');
  for (const [what, isAsked] of [
    ['requests', rule.requests !== 'none'],
    ['timeline', rule.timeline],
  ] as const) {
    if (isAsked && !records.includes(what))
      throw new InputError(node.at, what, `what this kind of study keeps (${records.join(', ') || 'nothing'})`);
  }
  if (rule.to !== 0 && rule.to <= rule.from)
    throw new InputError(node.at, `from ${rule.from} ns to ${rule.to} ns`, 'a window whose end is after its begin');
  return rule.requests === 'none' && !rule.timeline ? null : rule;
}
