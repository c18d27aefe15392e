import { expect } from 'chai';
import { groupedBars, lines, renderPng, renderSvg } from '../../../results/charts/index.js';
import { sha256 } from '../../../results/provenance.js';
import { barPoints, clippedSpec, demoBands, demoBars } from '../support/demo-figures.js';

const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
const sizeOf = (svg: string): number[] => [Number(/ width="([0-9.]+)"/.exec(svg)?.[1]), Number(/ height="([0-9.]+)"/.exec(svg)?.[1])];

describe('a chart', () => {
  it('names its axes with units, its series, and the paper', async () => {
    const texts = textsOf(await renderSvg(demoBars));
    for (const text of ['Throughput (MB/s)', 'native', 'QCOW2', 'second write', 'paper']) expect(texts).includes(text);
  });

  it('has no text below 9 pt, and names fallback families', async () => {
    for (const spec of [demoBars, demoBands]) {
      const svg = await renderSvg(spec);
      const sizes = [...svg.matchAll(/font-size="([0-9.]+)px"/g)].map(([, size]) => Number(size));
      expect(sizes.length).above(10);
      expect(Math.min(...sizes)).least(12);
      expect(svg).match(/font-family="[^"]*Source Sans 3[^"]*sans-serif"/);
    }
  });

  it("is as wide as a paper's column, or its page", async () => {
    expect(sizeOf(await renderSvg(demoBars))[0]).within(330, 338);
    expect(sizeOf(await renderSvg(demoBands))[0]).within(660, 700);
  });

  it('is the same SVG and the same PNG every time', async () => {
    const [first, second] = [await renderSvg(demoBands), await renderSvg(demoBands)];
    expect(first).equals(second);
    expect(sha256(renderPng(first))).equals(sha256(renderPng(second)));
  });

  it('does not count on from one drawing to the next', async () => {
    expect(clippedSpec.mark.clip).equals(true);
    const first = await renderSvg(clippedSpec);
    expect(first).contains('clip-path="url(#clip');
    expect(await renderSvg(clippedSpec)).equals(first);
  });

  it('draws its text into the PNG with the fonts of the package', async () => {
    const svg = await renderSvg(demoBars);
    const withoutText = svg.replace(/<text[\s\S]*?<\/text>/g, '');
    expect(renderPng(svg).length).above(renderPng(withoutText).length * 1.3);
    expect([...renderPng(svg).subarray(1, 4)]).deep.equals([...Buffer.from('PNG')]);
  });

  it("leaves the paper's mark and its legend entry out where the paper has no value", async () => {
    const points = barPoints.map((point) => ({ ...point, paper: null }));
    const options = {
      description: 'd',
      xTitle: '',
      yTitle: 'MB/s',
      categories: ['first write', 'second write', 'read'],
      series: ['native', 'RAW', 'FVD', 'QCOW2'],
    };
    expect(textsOf(await renderSvg(groupedBars(options, points)))).not.includes('paper');
  });

  it('refuses points that it could not show', () => {
    const options = { description: 'd', xTitle: 'x', yTitle: 'y', series: ['a'] };
    const point = { series: 'a', x: 1, value: 1, low: 1, high: 1 };
    expect(() => lines(options, [{ ...point, series: 'b' }])).to.throw(RangeError, 'undeclared series "b"');
    expect(() => lines(options, [{ ...point, high: NaN }])).to.throw(RangeError, 'not finite');
    expect(() => lines({ ...options, yLog: true }, [{ ...point, low: 0 }])).to.throw(RangeError, 'log axis');
    expect(() => lines({ ...options, xLog: true }, [{ ...point, x: 0 }])).to.throw(RangeError, '0 on the log x axis');
    expect(() => lines({ ...options, panels: ['p'] }, [point])).to.throw(RangeError, 'undeclared panel');
    expect(() => groupedBars({ ...options, categories: ['c'] }, [{ ...point, category: 'd' }])).to.throw(RangeError, '"d"');
  });
});
