/** Files that are known, and are no block traces that could be replayed: what each is, and why it is refused. */
import { headLines, headText } from './head-text.js';

interface RefusedFormat {
  /** What is found. */
  readonly found: string;
  /** What is expected in its place. */
  readonly expected: string;
  recognises(head: Uint8Array): boolean;
}

/** The header of a recording of written memory pages. */
export const isPageRecording = (head: Uint8Array): boolean => headText(head).startsWith('# wprec v1 ');

export const refusedFormats: readonly RefusedFormat[] = [
  {
    found: 'a recording of written memory pages',
    expected: 'a trace of block requests (`trace info` tells what it holds, `replay-memory` replays it)',
    recognises: isPageRecording,
  },
  {
    found: 'a trace in oracleGeneral, which does not tell writes from reads',
    expected: 'a trace that does: the one that it was made from',
    recognises: isOracleGeneral,
  },
  {
    found: "an I/O log of another version of fio's format",
    expected: 'version 2 or 3',
    recognises: (head) => /^fio version \d+ iolog\r?\n/.test(headText(head)),
  },
  {
    found: 'a list of addresses without times, sizes and operations',
    expected: 'a trace of block requests',
    recognises: (head) => headLines(head).every((line) => /^\d+$/.test(line)),
  },
];

const oracleBytes = 24;

/**
 * Records of 24 bytes, little-endian: seconds (u32), an object (u64), its size (u32), and when it is asked for next (i64, -1: never).
 * Judged by whether all of the first ones could be such.
 */
function isOracleGeneral(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const records = Math.floor(head.length / oracleBytes);
  let last = 0;
  for (let i = 0; i < records; i++) {
    const at = i * oracleBytes;
    const time = view.getUint32(at, true);
    const size = view.getUint32(at + 12, true);
    const next = view.getBigInt64(at + 16, true);
    const isLater = next > BigInt(i) && next < 2n ** 40n;
    if (time < last || size === 0 || size > 2 ** 30 || view.getUint32(at + 8, true) >= 2 ** 24 || (next !== -1n && !isLater)) return false;
    last = time;
  }
  return records > 0;
}
