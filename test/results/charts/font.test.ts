import { expect } from 'chai';
import { Resvg } from '@resvg/resvg-js';
import { fontFiles, readMetrics, textWidth } from '../../../results/charts/font.js';

/** The width that another program's shaping gives: ink of the text between two bars of known width. */
function drawnWidth(text: string, weight: number): number {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="200"><text x="100" y="100" font-size="100" font-weight="${weight}" font-family="Source Sans 3" font-kerning="none">${text}</text></svg>`;
  const box = new Resvg(svg, { font: { fontFiles: [...fontFiles], loadSystemFonts: false } }).getBBox();
  return box === undefined ? 0 : box.width;
}

describe('the width of a text', () => {
  for (const text of ['Throughput (MB/s)', 'QCOW2', 'µs × 95 % – é']) {
    it(`is that of the drawn text within a letter's margins: ${text}`, () => {
      for (const weight of [400, 600]) expect(textWidth(text, 100, weight)).closeTo(drawnWidth(text, weight), 16);
    });
  }

  it('grows with the size, the weight, and the text', () => {
    expect(textWidth('FVD', 24, 400)).closeTo(2 * textWidth('FVD', 12, 400), 1e-9);
    expect(textWidth('FVD', 12, 'bold')).above(textWidth('FVD', 12, undefined));
    expect(textWidth('', 12, 400)).equals(0);
    expect(textWidth('ab', 12, 400)).closeTo(textWidth('a', 12, 400) + textWidth('b', 12, 400), 1e-9);
  });

  it('is that of the missing glyph for what the font lacks', () => {
    expect(textWidth('\u{1F600}', 10, 400)).above(0);
  });

  it('is not read from a font without its tables', () => {
    expect(() => readMetrics(new Uint8Array(12))).to.throw(RangeError, 'table "head"');
  });
});
