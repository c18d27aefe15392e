/** Which format a file has, judged by its first bytes alone. */
import { InputError } from '../../sim/errors.js';
import { headText } from './head-text.js';
import { refusedFormats } from './refused.js';
import type { TraceFormat } from './trace-format.js';

/**
 * The name of the one format that recognises the first bytes.
 * @throws InputError where there is none (with the reason, where the file is known), or more than one
 */
export function detectFormat(path: string, head: Uint8Array, formats: Iterable<readonly [string, TraceFormat]>): string {
  if (head.length === 0) throw new InputError(path, 'an empty file', 'a trace with at least one record');
  const all = [...formats];
  const candidates = all.filter(([, format]) => format.recognises(head)).map(([name]) => name);
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length > 1) {
    throw new InputError(
      path,
      `a file that ${candidates.join(' and ')} recognise`,
      candidates.map((name) => `--format ${name}`).join(' or '),
    );
  }
  const refused = refusedFormats.find((known) => known.recognises(head));
  if (refused !== undefined) throw new InputError(path, refused.found, refused.expected);
  const begin = JSON.stringify(headText(head.subarray(0, 32)));
  throw new InputError(
    path,
    `a file that begins with ${begin}`,
    `one of the formats ${all.map(([name]) => name).join(', ')} (--format names one whose first lines are damaged; a CSV file needs its columns: --csv time=1:s,op=2,offset=3,bytes=4)`,
  );
}
