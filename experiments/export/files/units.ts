/** Where an image that keeps its disk in units of one size in one file has each of them. It knows no format. */
import { LIVE, type ImageFormat } from '../../../models/io/image-format.js';
import type { Bytes } from '../../../sim/units.js';
import type { SimulatedImage } from '../simulate.js';
import type { SparseFile } from './sparse-file.js';

interface PlacedUnit {
  readonly unit: number;
  /** Where its content begins in the file. */
  readonly place: Bytes;
}

/** The units that have a place, ascending. */
export function placedUnits(format: ImageFormat, unitBytes: Bytes): PlacedUnit[] {
  const units: PlacedUnit[] = [];
  for (const { guestOffset, bytes, file, offset } of format.extents(LIVE)) {
    if (file === -1) continue;
    for (let at = 0; at < bytes; at += unitBytes) units.push({ unit: (guestOffset + at) / unitBytes, place: offset + at });
  }
  return units;
}

/** Puts the content of units where they lie, and ends the file where the simulated one ends. */
export function putUnits({ format, contents }: SimulatedImage, units: readonly PlacedUnit[], unitBytes: Bytes, out: SparseFile): void {
  for (const { place } of units) out.putContents(place, contents, 0, place, unitBytes);
  out.endAt(format.files[0]!.bytes);
}
