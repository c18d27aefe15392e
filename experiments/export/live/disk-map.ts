/** What of a disk lies where in an image's file, in words: as qemu-img sees a real file, and as a simulated image says it. */
import { LIVE, type ImageFormat } from '../../../models/io/image-format.js';
import type { Bytes } from '../../../sim/units.js';
import { demand } from './qemu.js';

interface MapRow {
  readonly start: Bytes;
  readonly length: Bytes;
  /** Where in the file; absent where the image holds nothing. */
  readonly offset?: Bytes;
}

/** The map of a real file. Throws Error where the program fails. */
export const mapOfFile = (file: string, kind: string): string[] =>
  inWords(JSON.parse(demand('qemu-img', 'map', '--output=json', '-f', kind, file)) as MapRow[]);

/** The map of a simulated image of one file. */
export const mapOfImage = (format: ImageFormat): string[] =>
  inWords(
    format
      .extents(LIVE)
      .map(({ guestOffset, bytes, file, offset }) => ({ start: guestOffset, length: bytes, ...(file === -1 ? {} : { offset }) })),
  );

/**
 * Rows that go on in step are joined: in an image that it takes for preallocated the program tells holes of the host's file apart, and an
 * exported file has more of them.
 */
function inWords(rows: readonly MapRow[]): string[] {
  const joined: { start: Bytes; length: Bytes; offset: Bytes | null }[] = [];
  for (const { start, length, offset = null } of rows) {
    const last = joined[joined.length - 1];
    const isNext = last?.offset === null ? offset === null : last !== undefined && offset === last.offset + last.length;
    if (last !== undefined && isNext) last.length += length;
    else joined.push({ start, length, offset });
  }
  return joined.map((row) => `${row.length} bytes from ${row.start} on at ${row.offset ?? 'no place'}`);
}
