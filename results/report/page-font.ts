/**
 * The charts' typeface for a page that is opened where it is not installed: the outlines of Latin letters and of the signs that charts use,
 * without the tables that only fine typesetting needs. Tables as in the OpenType specification. It knows no chart.
 */
import { readFileSync } from 'node:fs';
import { fontFiles, readCharacterMap } from '../charts/font.js';

/** What has an outline; a browser takes other fonts for the rest. */
const ranges: readonly (readonly [first: number, last: number])[] = [
  [0x20, 0x17f],
  [0x3b1, 0x3c9],
  [0x2010, 0x203a],
  [0x2190, 0x2193],
  [0x2212, 0x2212],
  [0x2260, 0x2265],
];
const keptTables = ['OS/2', 'cmap', 'cvt ', 'fpgm', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'name', 'post', 'prep'];

interface Tables {
  readonly [tag: string]: Uint8Array;
}

/** The two weights, and the characters that they are for, in the words of CSS. */
export const pageFonts = (): { readonly range: string; readonly faces: readonly { readonly weight: string; readonly file: string }[] } => ({
  range: ranges.map(([first, last]) => `U+${first.toString(16)}-${last.toString(16)}`).join(','),
  faces: fontFiles.map((file, i) => ({
    weight: i === 0 ? '400' : '600',
    file: Buffer.from(latinOf(readFileSync(file))).toString('base64'),
  })),
});

/** A TrueType font without the outlines of other characters. Throws RangeError where a table is missing. */
export function latinOf(file: Uint8Array): Uint8Array {
  const tables = readTables(file);
  const need = (tag: string): Uint8Array => {
    const table = tables[tag];
    if (table === undefined) throw new RangeError(`a font without the table "${tag}"`);
    return table;
  };
  const [cmap, head, maxp] = [viewOf(need('cmap')), viewOf(need('head')), viewOf(need('maxp'))];
  const isLong = head.getInt16(50) === 1;
  const loca = viewOf(need('loca'));
  const glyphs = maxp.getUint16(4);
  const offsets = Array.from({ length: glyphs + 1 }, (_, i) => (isLong ? loca.getUint32(4 * i) : 2 * loca.getUint16(2 * i)));
  const outline = (glyph: number): Uint8Array => need('glyf').subarray(offsets[glyph], offsets[glyph + 1]);
  const kept = withParts(charactersOf(readCharacterMap(cmap, 0)), outline);
  const outlines = Array.from({ length: glyphs }, (_, glyph) => (kept.has(glyph) ? outline(glyph) : new Uint8Array(0)));
  // Names of glyphs are left out: version 3 of the table has none.
  const post = need('post').slice(0, 32);
  viewOf(post).setUint32(0, 0x00030000);
  return writeTables({ ...tables, post, ...outlineTables(outlines, isLong) });
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readTables(file: Uint8Array): Tables {
  const view = viewOf(file);
  const found: Record<string, Uint8Array> = {};
  for (let entry = 12; entry < 12 + 16 * view.getUint16(4); entry += 16) {
    const tag = String.fromCharCode(...file.subarray(entry, entry + 4));
    const offset = view.getUint32(entry + 8);
    found[tag] = file.subarray(offset, offset + view.getUint32(entry + 12));
  }
  return found;
}

/** Glyphs of the kept characters, and that of what the font lacks. */
function charactersOf(glyphOf: (codePoint: number) => number): number[] {
  return [0, ...ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => glyphOf(first + i)))];
}

/** An accented letter is put together from others. */
function withParts(glyphs: readonly number[], outline: (glyph: number) => Uint8Array): ReadonlySet<number> {
  const kept = new Set<number>();
  const open = [...glyphs];
  for (let glyph = open.pop(); glyph !== undefined; glyph = open.pop()) {
    if (kept.has(glyph)) continue;
    kept.add(glyph);
    open.push(...partsOf(outline(glyph)));
  }
  return kept;
}

/** Flags of a part: words instead of bytes, one scale, two, or a matrix; and whether more follow. */
const [WORDS, SCALE, MORE, TWO_SCALES, MATRIX] = [1, 8, 32, 64, 128] as const;

function partsOf(outline: Uint8Array): number[] {
  const view = viewOf(outline);
  if (outline.length === 0 || view.getInt16(0) >= 0) return [];
  const parts: number[] = [];
  for (let at = 10, flags: number = MORE; (flags & MORE) !== 0;) {
    flags = view.getUint16(at);
    parts.push(view.getUint16(at + 2));
    at += 4 + ((flags & WORDS) !== 0 ? 4 : 2);
    at += (flags & SCALE) !== 0 ? 2 : (flags & TWO_SCALES) !== 0 ? 4 : (flags & MATRIX) !== 0 ? 8 : 0;
  }
  return parts;
}

function outlineTables(outlines: readonly Uint8Array[], isLong: boolean): { readonly glyf: Uint8Array; readonly loca: Uint8Array } {
  const padded = outlines.map(({ length }) => Math.ceil(length / 4) * 4);
  const glyf = new Uint8Array(padded.reduce((sum, bytes) => sum + bytes, 0));
  const loca = new Uint8Array((outlines.length + 1) * (isLong ? 4 : 2));
  const view = viewOf(loca);
  let at = 0;
  for (let glyph = 0; glyph <= outlines.length; glyph++) {
    if (isLong) view.setUint32(4 * glyph, at);
    else view.setUint16(2 * glyph, at / 2);
    if (glyph === outlines.length) break;
    glyf.set(outlines[glyph]!, at);
    at += padded[glyph]!;
  }
  return { glyf, loca };
}

function writeTables(tables: Tables): Uint8Array {
  const tags = keptTables.filter((tag) => tables[tag] !== undefined);
  const directory = 12 + 16 * tags.length;
  const padded = tags.map((tag) => Math.ceil(tables[tag]!.length / 4) * 4);
  const file = new Uint8Array(padded.reduce((sum, bytes) => sum + bytes, directory));
  const view = viewOf(file);
  const power = Math.floor(Math.log2(tags.length));
  view.setUint32(0, 0x00010000);
  [tags.length, 16 * 2 ** power, power, 16 * (tags.length - 2 ** power)].forEach((value, i) => view.setUint16(4 + 2 * i, value));
  let at = directory;
  tags.forEach((tag, i) => {
    const table = tables[tag]!;
    file.set(table, at);
    const entry = 12 + 16 * i;
    file.set(Buffer.from(tag, 'latin1'), entry);
    let sum = 0;
    for (let word = at; word < at + padded[i]!; word += 4) sum = (sum + view.getUint32(word)) >>> 0;
    [sum, at, table.length].forEach((value, column) => view.setUint32(entry + 4 + 4 * column, value));
    at += padded[i]!;
  });
  return file;
}
