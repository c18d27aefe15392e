import { expect } from 'chai';
import { Resvg } from '@resvg/resvg-js';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { fontFiles, readMetrics } from '../../results/charts/font.js';
import { sha256 } from '../../results/provenance.js';
import { latinOf } from '../../results/report/page-font.js';
import { dataUri, escapeHtml, inlineScript } from '../../results/report/html.js';
import { packed } from '../../results/report/packed.js';
import { renderReport, type ReportModel } from '../../results/report/index.js';
import { gunzipSync } from 'node:zlib';
import { renderSvg } from '../../results/charts/index.js';
import { clippedSpec } from './support/demo-figures.js';
import { demoReport, harmfulLabel } from './support/demo-report.js';

describe('what goes into a page', () => {
  it('cannot end its element or its attribute', () => {
    expect(escapeHtml(`<b title="x" id='y'>&`)).equals('&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
    expect(packed('x', { a: '</script><!--' })).match(/^<script type="application\/octet-stream" id="x">[A-Za-z0-9+/=]*<\/script>$/);
    const code = inlineScript('a = "</script>"; b = "</SCRIPT>"; c = "<!--";');
    expect(code).not.match(/<\/script|<!--/i);
    expect(runInNewContext(`let a, b, c; ${code}; [a, b, c].join()`)).equals('</script>,</SCRIPT>,<!--');
    expect(dataUri('text/csv', 'µ')).equals('data:text/csv;base64,wrU=');
  });
});

describe('a report', () => {
  let model: ReportModel;
  let page: string;
  before(async () => {
    model = await demoReport();
    page = renderReport(model);
  });

  it('is the same page every time', () => {
    expect(renderReport(model)).equals(page);
  });

  it('shows each claim, each verdict and its sentence, each figure, and where it all comes from', () => {
    for (const row of model.scoreboard) expect(page).contains(`<code>${row.id}</code>`);
    expect(page).contains('Process start-up is outside the model.');
    expect(page).contains('Bounds derived from &quot;0.16 +-0.02&quot;.');
    for (const { id, command } of model.figures) {
      expect(page).contains(`data-figure="${id}"`);
      expect(page).contains(`<code>${command}</code>`);
      for (const file of ['svg', 'png', 'csv', 'tex', 'runs.csv', 'runs.columns.json'])
        expect(page).contains(`data-download="${id}${file.startsWith('runs') ? '-' : '.'}${file}"`);
      expect(page).contains(`download="${id}.pdf" href="data:application/pdf;base64,`);
    }
    expect(page).contains(model.manifest.configSha256);
  });

  /** What the page holds for its scripts. */
  const dataOf = (html: string): { charts: Record<string, unknown>; files: Record<string, string> } =>
    JSON.parse(
      gunzipSync(Buffer.from(/<script type="application\/octet-stream" id="data">([^<]*)</.exec(html)![1]!, 'base64')).toString(),
    ) as {
      charts: Record<string, unknown>;
      files: Record<string, string>;
    };

  it('holds the files that its buttons hand out, the runs of a study once though several figures draw them', () => {
    const { charts, files } = dataOf(page);
    expect(Object.keys(charts)).deep.equals(model.figures.map(({ id }) => id));
    expect(files['fvd-fig05.csv']).match(/^category,series,value,low,high,paper\nfirst write,native,8\.35,/);
    expect(files['fvd-fig05.tex']).contains('\\toprule').and.contains('first write & native & 8.35');
    const [figure] = model.figures;
    const twice = dataOf(renderReport({ ...model, figures: [figure!, { ...figure!, id: 'again' }] })).files;
    expect(Object.keys(twice).filter((name) => name.endsWith('-runs.csv'))).deep.equals(['fvd-fig05-runs.csv']);
  });

  it('shows the configuration of a figure, as text', () => {
    expect(page).contains(`<pre>testbed: fvd  # ${escapeHtml(harmfulLabel)}</pre>`);
  });

  it('tells predictions from what was calibrated, and one paper from another', () => {
    expect(page)
      .match(/data-kind="basis" data-value="predicted"/)
      .and.match(/data-kind="paper" data-value="FVD"/);
    expect(page).match(/id="claim-fvd-fig5-virt-overhead"[^>]*data-paper="FVD" data-basis="calibrated"/);
  });

  it('puts figures under their papers, with what the paper claims of each beside it', () => {
    const paper = /<section class="paper" id="paper-1">[\s\S]*?<section class="paper"/.exec(page)![0];
    expect(paper).contains('<h2>FVD</h2>').and.contains('id="fvd-fig05"').and.contains('href="#claim-fvd-fig5-second-write"');
    expect(paper).not.contains('id="fvd-fig05-band"');
    expect(page).contains('<h2>Studies of our own</h2>').and.contains('id="claim-fvd-fig5-second-write"');
  });

  it('lists what missed with its reason, what was calibrated with the claim, and what it must say first', () => {
    const section = (id: string): string => new RegExp(`<section id="${id}">[\\s\\S]*?</section>`).exec(page)![0];
    expect(section('misses')).contains('fvd-fig5-script-0.4s').and.contains('Process start-up is outside the model.');
    expect(section('misses')).not.contains('fvd-fig5-cache-miss');
    expect(section('calibrations'))
      .contains('fvd.requestOverhead')
      .and.contains('range 100 us to 300 us')
      .and.contains('fvd-fig5-virt-overhead');
    expect(section('calibrations')).not.contains('fvd.cache');
    expect(page).contains(`<p class="notice" role="alert">${escapeHtml(harmfulLabel)}</p>`);
  });

  it('shows the band of a claim beside its interval, and says where the claim is under-determined', () => {
    expect(page.match(/band 1\.7 to 2\.6 \(3 samples of 1 seed, quick\)/g)!.length).least(2);
    expect(page).contains('under-determined: with the open parameters within their ranges the value lies from 1.7 to 2.6');
  });

  it('holds its charts as SVG too, for where no script runs', () => {
    expect(page.match(/<svg /g)!.length).least(2);
  });

  it('makes no label markup', () => {
    const markup = page.replace(/<script(>| type="application)[\s\S]*?<\/script>/g, '');
    expect(markup).not.match(/<script|<img/);
    expect(page).not.contains('<script>document.title');
    expect(page).contains(escapeHtml(harmfulLabel));
  });

  it('names nothing on the network that it would load', () => {
    expect(page).not.match(/(src|href)="(https?:)?\/\//);
    expect(page).contains("default-src 'none'");
  });

  it('is below 1.5 MB with one figure', () => {
    expect(renderReport({ ...model, figures: model.figures.slice(0, 1) }).length).below(1_500_000);
  });

  it('is below 5 MB with as many figures as all papers have', () => {
    const [figure] = model.figures;
    const figures = Array.from({ length: 75 }, (_, i) => ({ ...figure!, id: `figure-${i}` }));
    expect(Buffer.byteLength(renderReport({ ...model, figures }))).below(5_000_000);
  });

  it('brings the letters of its charts, in the widths that they have', () => {
    const whole = readFileSync(fontFiles[0]);
    const latin = latinOf(whole);
    expect(latin.length).below(whole.length / 3);
    for (const text of ['Throughput (MB/s) µ é – ≥', 'QCOW2'])
      expect(readMetrics(latin).widthOf(text)).equals(readMetrics(whole).widthOf(text));
    const drawn = (font: Uint8Array, text: string): string => {
      const file = path.join(tmpdir(), `snapsim-font-${process.pid}-${font.length}.ttf`);
      writeFileSync(file, font);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="60"><text x="9" y="40" font-size="30" font-family="Source Sans 3" font-kerning="none">${text}</text></svg>`;
      const png = new Resvg(svg, { font: { fontFiles: [file], loadSystemFonts: false } }).render().asPng();
      rmSync(file);
      return sha256(png);
    };
    // One at a time: the whole font moves pairs of letters together.
    for (const letter of ['G', 'ö', 'é', 'µ', '≥', '%']) expect(drawn(latin, letter), letter).equals(drawn(whole, letter));
    expect(drawn(latin, 'é')).not.equals(drawn(latin, 'e'));
    expect(() => latinOf(new Uint8Array(12))).to.throw(RangeError, 'without the table');
  });

  it('keeps the names within its charts apart', async () => {
    const svg = await renderSvg(clippedSpec);
    const [figure] = model.figures;
    const figures = ['one', 'two'].map((id) => ({ ...figure!, id, svg, spec: clippedSpec }));
    const ids = [...renderReport({ ...model, figures }).matchAll(/<clipPath id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).least(2);
    expect(new Set(ids).size).equals(ids.length);
  });

  it('refuses figures that cannot be told apart, or cannot name a file', () => {
    const [figure] = model.figures;
    expect(() => renderReport({ ...model, figures: [figure!, figure!] })).to.throw(RangeError, 'one id');
    expect(() => renderReport({ ...model, figures: [{ ...figure!, id: '../up' }] })).to.throw(RangeError, '"../up"');
  });

  it('does without claims and figures', () => {
    const empty = renderReport({ ...model, scoreboard: [], figures: [], parameters: [] });
    expect(empty.length).below(30_000);
    expect(empty).not.contains('id="claims"');
  });
});
