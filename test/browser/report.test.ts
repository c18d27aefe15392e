/** The report as a reader meets it: opened from a file in a real Chromium. Skipped where there is none, except in CI. */
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { renderReport } from '../../results/report/index.js';
import { writeWhole } from '../../results/store.js';
import { demoReport, demoTimeline } from '../results/support/demo-report.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function findChromium(): string | null {
  try {
    return execFileSync('which', ['chromium'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

describe('the report in a browser', function () {
  this.timeout(30_000);
  let folder: string;
  let address: string;
  let browser: Browser | null = null;
  /** Console errors, exceptions and requests other than for the page itself. */
  let troubles: string[];

  before(async function () {
    const executablePath = findChromium();
    if (executablePath === null) {
      if (process.env['CI'] === 'true') throw new Error('no chromium on the path');
      process.stdout.write('      no chromium on the path: the report is not opened\n');
      return this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-report-'));
    const file = path.join(folder, 'report.html');
    const report = await demoReport();
    writeWhole(file, renderReport({ ...report, figures: [...report.figures, await demoTimeline()] }));
    address = pathToFileURL(file).href;
    browser = await chromium.launch({ executablePath, args: flags });
  });
  after(async () => {
    if (browser === null) return;
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser!.newContext({ viewport: { width: 1200, height: 900 }, acceptDownloads: true, ...options });
    const page = await context.newPage();
    troubles = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== address && !request.url().startsWith('data:')) troubles.push(request.url());
    });
    await page.goto(address);
    if (options.javaScriptEnabled !== false) await page.locator('#fvd-fig05 .chart').scrollIntoViewIfNeeded();
    if (options.javaScriptEnabled !== false) await ready(page, 'fvd-fig05');
    return page;
  }
  /** A chart is drawn by the script as it comes into view. */
  async function ready(page: Page, id: string): Promise<void> {
    await page.locator(`#${id} .chart`).scrollIntoViewIfNeeded();
    await page.locator(`#${id} .chart[data-ready]`).waitFor();
  }
  /** Waits until so many elements are there; the page's policy forbids to wait within it. */
  async function counted(page: Page, selector: string, count: number): Promise<void> {
    for (let left = 200; (await page.locator(selector).count()) !== count; left--) {
      if (left === 0) throw new Error(`${await page.locator(selector).count()} of ${selector}, expected ${count}`);
      await page.waitForTimeout(50);
    }
  }
  async function download(page: Page, selector: string): Promise<{ name: string; bytes: Buffer }> {
    const [handed] = await Promise.all([page.waitForEvent('download'), page.locator(selector).click()]);
    return { name: handed.suggestedFilename(), bytes: readFileSync(await handed.path()) };
  }
  async function close(page: Page): Promise<void> {
    await page.context().close();
    expect(troubles).deep.equals([]);
  }
  const idsOf = (page: Page): Promise<string[]> => page.locator('#scoreboard tbody tr:not([hidden]) code').allTextContents();

  it('draws its charts without an error or a request', async () => {
    const page = await open();
    expect(await page.locator('#fvd-fig05 .bars_marks path').count()).equals(12);
    expect(await page.title()).equals('FVD, Figure 5');
    await close(page);
  });

  it('dims the other systems when a legend entry is clicked', async () => {
    const page = await open();
    const dimmed = (): Promise<number> => page.locator('#fvd-fig05 .bars_marks path[opacity]:not([opacity="1"])').count();
    expect(await dimmed()).equals(0);
    const entry = page.locator('#fvd-fig05 .series_legend_labels text', { hasText: 'QCOW2' });
    await entry.scrollIntoViewIfNeeded();
    const box = (await entry.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await counted(page, '#fvd-fig05 .bars_marks path[opacity]:not([opacity="1"])', 9);
    expect(await dimmed()).equals(9);
    await close(page);
  });

  it('shows a value under the mouse', async () => {
    const page = await open();
    const bar = page.locator('#fvd-fig05 .bars_marks path').first();
    await bar.scrollIntoViewIfNeeded();
    const box = (await bar.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const tooltip = page.locator('#vg-tooltip-element.visible');
    await tooltip.waitFor();
    expect(await tooltip.textContent()).match(/native.*first write.*8\.35/s);
    await close(page);
  });

  it('sorts its claims by a click, and again the other way', async () => {
    const page = await open();
    const before = await idsOf(page);
    await page.getByRole('button', { name: 'Claim', exact: false }).first().click();
    const ascending = await idsOf(page);
    expect(ascending).deep.equals([...before].sort((a, b) => a.localeCompare(b, 'en')));
    await page.getByRole('button', { name: 'Claim', exact: false }).first().press('Enter');
    expect(await idsOf(page)).deep.equals([...ascending].reverse());
    await close(page);
  });

  it('shows and hides claims by verdict', async () => {
    const page = await open();
    expect(await idsOf(page)).length(10);
    await page.locator('.chip', { hasText: 'missed' }).click();
    expect(await idsOf(page)).not.includes('fvd-fig5-script-0.4s');
    await page.locator('.chip', { hasText: 'not modelled' }).click();
    expect((await idsOf(page)).length).above(100);
    await close(page);
  });

  it("puts a figure's claims beside it where there is room, and below it on a phone", async () => {
    const sideOf = async (page: Page): Promise<string> => {
      const [chart, claims] = [page.locator('#fvd-fig05 figure'), page.locator('#fvd-fig05 .claims-beside')];
      const [a, b] = [(await chart.boundingBox())!, (await claims.boundingBox())!];
      return b.x >= a.x + a.width ? 'beside' : b.y >= a.y + a.height ? 'below' : 'over';
    };
    const wide = await open();
    expect(await sideOf(wide)).equals('beside');
    await close(wide);
    const narrow = await open({ viewport: { width: 375, height: 740 } });
    expect(await sideOf(narrow)).equals('below');
    await close(narrow);
  });

  it("leads from a figure's claim to its line of the scoreboard, also where lines of its verdict are hidden", async () => {
    const page = await open();
    await page.locator('.chip', { hasText: 'missed' }).click();
    await page.locator('.chip', { hasText: 'prediction' }).click();
    const line = page.locator('#claim-fvd-fig5-read');
    expect(await line.isVisible()).equals(false);
    await page.locator('#fvd-fig05 .claims-beside a', { hasText: 'fvd-fig5-read' }).click();
    expect(await line.isVisible()).equals(true);
    await close(page);
  });

  it('shows claims of one paper, of one basis, and with words', async () => {
    const page = await open();
    await page.locator('.chip[data-kind="verdict"][data-value="not modelled"]').click();
    const all = await idsOf(page);
    for (const paper of ['ConSnap', 'iROW', 'OnceCloud']) await page.locator(`.chip[data-kind="paper"][data-value="${paper}"]`).click();
    const fvd = await idsOf(page);
    expect(fvd.every((id) => id.startsWith('fvd-'))).equals(true);
    expect(fvd.length).within(2, all.length - 10);
    await page.locator('.chip[data-kind="basis"][data-value="predicted"]').click();
    const calibrated = await idsOf(page);
    expect(calibrated).includes('fvd-fig5-virt-overhead').and.not.includes('fvd-fig5-cache-miss');
    expect(calibrated.length).below(fvd.length);
    await page.locator('.chip[data-kind="basis"][data-value="predicted"]').click();
    await page.locator('#search').fill('second-write');
    expect(await idsOf(page)).deep.equals(['fvd-fig5-second-write']);
    expect(await page.locator('#shown').textContent()).match(/^1 of \d+ claims$/);
    await close(page);
  });

  it('hands out the chart as SVG, PNG and PDF, its values as CSV and LaTeX, and every run', async () => {
    const page = await open();
    const button = (file: string): string => `#fvd-fig05 [data-download="${file}"]`;
    const svg = await download(page, button('fvd-fig05.svg'));
    expect(svg.name).equals('fvd-fig05.svg');
    expect(svg.bytes.toString()).match(/^<svg/).and.contains('Throughput (MB/s)');
    const png = await download(page, button('fvd-fig05.png'));
    expect([...png.bytes.subarray(1, 4)]).deep.equals([...Buffer.from('PNG')]);
    // Three pixels to each of the chart's own.
    expect(png.bytes.readUInt32BE(16)).within(950, 1050);
    expect((await download(page, '#fvd-fig05 a[download$=".pdf"]')).bytes.subarray(0, 5).toString()).equals('%PDF-');
    expect((await download(page, button('fvd-fig05.csv'))).bytes.toString()).match(/^category,series,value/);
    expect((await download(page, button('fvd-fig05.tex'))).bytes.toString()).contains('\\toprule');
    expect((await download(page, button('fvd-fig05-runs.csv'))).bytes.toString().split('\n')).length(14);
    await close(page);
  });

  it('dims series and shows single seeds by buttons, which the keyboard reaches', async () => {
    const page = await open();
    const marks = (name: string, rest = ''): Promise<number> => page.locator(`#fvd-fig05 .${name}_marks path${rest}`).count();
    await page.locator('#fvd-fig05 [data-series="QCOW2"]').focus();
    await page.keyboard.press('Enter');
    await counted(page, '#fvd-fig05 .bars_marks path[opacity]:not([opacity="1"])', 3);
    await page.keyboard.press('Enter');
    await counted(page, '#fvd-fig05 .bars_marks path[opacity]:not([opacity="1"])', 0);
    expect(await marks('seeds')).equals(0);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await counted(page, '#fvd-fig05 .seeds_marks path', 36);
    expect(await marks('bars')).equals(12);
    await page.keyboard.press('Space');
    await counted(page, '#fvd-fig05 .seeds_marks path', 0);
    await close(page);
  });

  it('is reached by the keyboard from its first element on', async () => {
    const page = await open();
    await page.evaluate('window.scrollTo(0, 0)');
    await page.locator('body').press('Tab');
    expect(await page.evaluate('document.activeElement.className')).equals('skip');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).equals('content');
    await close(page);
  });

  it("lays its reader's points over charts, and takes them off", async () => {
    const page = await open();
    const bring = (text: string): Promise<void> =>
      page.locator('#overlay-file').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    const said = page.locator('#overlay-said');
    await bring(
      'figure,series,x,y,panel\nfvd-fig05,"our, drive",read,6,\nfvd-fig05,FVD,read,7.5,\nfvd-fig05-band,ours,20,2,"cache on, depth 1"\n',
    );
    await counted(page, '#fvd-fig05 .overlay_beside_marks path', 1);
    expect(await page.locator('#fvd-fig05 .overlay_marks path').count()).equals(1);
    expect(await said.textContent())
      .contains('fvd-fig05 (2)')
      .and.contains('fvd-fig05-band (1)');
    await ready(page, 'fvd-fig05-band');
    expect(await page.locator('#fvd-fig05-band .overlay_marks path').count()).equals(1);
    expect((await download(page, '#fvd-fig05 [data-download="fvd-fig05.svg"]')).bytes.toString()).contains('our, drive');
    await page.locator('#overlay-clear').click();
    await counted(page, '#fvd-fig05 .overlay_beside_marks path', 0);
    await close(page);
  });

  it('says which line of a file of points it cannot place, and lays nothing over', async () => {
    const page = await open();
    const said = page.locator('#overlay-said');
    const refused: readonly (readonly [text: string, message: RegExp])[] = [
      ['figure,series,x\n', /line 1: no column y/],
      ['figure,series,x,y\nfvd-fig05,ours,read,6\nfvd-fig05,ours,erase,6\n', /line 3: no x "erase"; there are: first write/],
      ['figure,series,x,y\nfvd-fig05,ours,read,much\n', /line 2: y = "much", no number/],
      ['figure,series,x,y\nconstructor,ours,read,1\n', /line 2: no figure "constructor"/],
      ['figure,series,x,y\nfvd-fig05,<script>document.title = "harmed"</script>,read\n', /line 2: 3 fields, expected 4/],
      ['figure,series,x,y\nfvd-fig05,"ours,read,6\n', /line 2: a quoted field that does not end/],
    ];
    for (const [text, message] of refused) {
      await page.locator('#overlay-file').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      await said.filter({ hasText: message }).waitFor();
    }
    expect(await page.locator('#fvd-fig05 .overlay_marks path').count()).equals(0);
    expect(await page.title()).equals('FVD, Figure 5');
    await close(page);
  });

  it('zooms into a timeline by buttons and by the mouse', async () => {
    const page = await open();
    await ready(page, 'timeline');
    const ticks = (): Promise<string[]> => page.locator('#timeline .track_1_group .role-axis-label text').allTextContents();
    const domain = async (): Promise<string> =>
      (await ticks())
        .map(Number)
        .sort((a, b) => a - b)
        .join();
    const whole = await domain();
    await page.locator('#timeline [data-zoom="in"]').click();
    await page.waitForTimeout(200);
    const half = await domain();
    expect(half).not.equals(whole);
    expect(half.split(',')).includes('2.5').and.not.includes('10');
    await page.locator('#timeline [data-zoom="all"]').click();
    await page.waitForTimeout(200);
    expect(await domain()).equals(whole);
    const strip = (await page.locator('#timeline .strip_group').first().boundingBox())!;
    await page.mouse.move(strip.x + strip.width * 0.98, strip.y + strip.height / 2);
    await page.mouse.down();
    await page.mouse.up();
    await page.locator('#timeline [data-zoom="in"]').click();
    await page.waitForTimeout(200);
    expect(await domain()).equals(half);
    await close(page);
  });

  it('prints all figures and claims, without what only a screen can use', async () => {
    const page = await open();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.filters, .links, .series, nav').filter({ visible: true }).count()).equals(0);
    expect(await page.locator('.chart svg').filter({ visible: true }).count()).equals(4);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.length).above(20_000);
    await close(page);
  });

  it('is ready soon', async () => {
    const began = Date.now();
    const page = await open();
    // Two seconds on a quiet machine.
    expect(Date.now() - began).below(10_000);
    await close(page);
  });

  it('fits a phone, and can be read in the dark', async () => {
    const page = await open({ viewport: { width: 375, height: 740 }, colorScheme: 'dark' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).equals(375);
    const colour = (selector: string, property: string): Promise<unknown> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`);
    expect(await colour('body', 'background-color')).equals('rgb(20, 23, 26)');
    expect(await colour('.chart .role-axis-label text', 'fill')).equals('rgb(232, 234, 237)');
    await close(page);
  });

  it('shows charts and all claims where no script runs', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator('.chart svg').count()).equals(4);
    expect(await idsOf(page)).length(173);
    await page.context().close();
  });
});
