import { expect } from 'chai';
import { renderSvg } from '../../results/charts/index.js';
import { renderPdf } from '../../results/pdf.js';
import { sha256 } from '../../results/provenance.js';
import { demoBands, demoBars } from './support/demo-figures.js';

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('a chart as PDF', () => {
  it('is one page of the size of the SVG, with its fonts embedded, and no picture of pixels', async () => {
    const svg = await renderSvg(demoBars);
    const text = latin(await renderPdf(svg, 'Rates'));
    const [width, height] = ['width', 'height'].map((name) => Number(new RegExp(` ${name}="([0-9.]+)"`).exec(svg)![1]) * 0.75);
    expect(text.startsWith('%PDF-')).equals(true);
    expect(text).contains(`/MediaBox [0 0 ${width} ${height}]`);
    expect(text.match(/\/Type \/Page\b/g)).length(1);
    expect(text.match(/\/FontFile[23]/g)!.length).least(2);
    expect(text).not.contains('/Subtype /Image');
    expect(text.length).below(60_000);
  });

  it('is the same bytes every time', async () => {
    const svg = await renderSvg(demoBands);
    const first = await renderPdf(svg, 'Bands');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(sha256(await renderPdf(svg, 'Bands'))).equals(sha256(first));
  });

  it('refuses what has no size', () => {
    expect(() => renderPdf('<svg></svg>', '')).throw(RangeError, 'without a size');
  });
});
