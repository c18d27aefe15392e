/**
 * The charts' typeface, Source Sans 3, and how wide its texts are. It knows no chart.
 *
 * Outside a browser Vega guesses widths from the number of characters, and legends are cut. So the advance widths are read
 * from the font itself: tables `cmap` (format 4), `hhea` and `hmtx` of the OpenType specification.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** CSS families in order of preference: the first is the one that the PNG is drawn with. */
export const fontFamily = "'Source Sans 3', 'Source Sans Pro', 'Helvetica Neue', Arial, sans-serif";

const require = createRequire(import.meta.url);
/** The font files of the installed package: regular and semi-bold. */
export const fontFiles: readonly [regular: string, semiBold: string] = [
  require.resolve('@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf'),
  require.resolve('@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf'),
];

/** Width of a text in one font. */
export interface FontMetrics {
  /** In units of the font's size. */
  widthOf(text: string): number;
}

let loaded: { regular: FontMetrics; semiBold: FontMetrics } | null = null;

/** Width in pixels of `text`; weights from 600 on are drawn semi-bold. */
export function textWidth(text: string, sizePx: number, weight: number | string | undefined): number {
  loaded ??= { regular: readMetrics(readFileSync(fontFiles[0])), semiBold: readMetrics(readFileSync(fontFiles[1])) };
  const isBold = weight === 'bold' || Number(weight) >= 600;
  return (isBold ? loaded.semiBold : loaded.regular).widthOf(text) * sizePx;
}

/** Reads the widths out of a TrueType file. Throws RangeError where a table is missing. */
export function readMetrics(file: Uint8Array): FontMetrics {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const table = (tag: string): number => {
    for (let entry = 12; entry < 12 + 16 * view.getUint16(4); entry += 16) {
      if (String.fromCharCode(...file.subarray(entry, entry + 4)) === tag) return view.getUint32(entry + 8);
    }
    throw new RangeError(`a font without the table "${tag}"`);
  };
  const unitsPerEm = view.getUint16(table('head') + 18);
  const metricCount = view.getUint16(table('hhea') + 34);
  const hmtx = table('hmtx');
  const glyphOf = readCharacterMap(view, table('cmap'));
  const advance = (glyph: number): number => view.getUint16(hmtx + 4 * Math.min(glyph, metricCount - 1));
  return {
    widthOf(text) {
      let units = 0;
      for (const character of text) units += advance(glyphOf(character.codePointAt(0)!));
      return units / unitsPerEm;
    },
  };
}

/** From code point to glyph; 0 is the glyph of what the font lacks. `cmap` is where that table begins. */
export function readCharacterMap(view: DataView, cmap: number): (codePoint: number) => number {
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const at = cmap + view.getUint32(cmap + 8 + 8 * i);
    if (view.getUint16(at) === 4) return (codePoint) => glyphInSegments(view, at, codePoint);
  }
  throw new RangeError('a font without a Unicode character map of format 4');
}

/** Format 4: segments of code points in order of their ends, with a delta, or an offset into a list of glyphs. */
function glyphInSegments(view: DataView, at: number, codePoint: number): number {
  const bytes = view.getUint16(at + 6);
  const [ends, starts, deltas, offsets] = [at + 14, at + 16 + bytes, at + 16 + 2 * bytes, at + 16 + 3 * bytes];
  for (let segment = 0; segment < bytes; segment += 2) {
    if (codePoint > view.getUint16(ends + segment)) continue;
    const start = view.getUint16(starts + segment);
    if (codePoint < start) return 0;
    const delta = view.getInt16(deltas + segment);
    const offset = view.getUint16(offsets + segment);
    if (offset === 0) return (codePoint + delta) & 0xffff;
    const glyph = view.getUint16(offsets + segment + offset + 2 * (codePoint - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}
