/** The report as a reader meets it: opened from a file in a real Chromium. Skipped where there is none, except in CI. */
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { renderReport } from '../../results/report/index.js';
import { writeWhole } from '../../results/store.js';
import { demoReport } from '../results/support/demo-report.js';

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
    writeWhole(file, renderReport(await demoReport()));
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
    if (options.javaScriptEnabled !== false) await page.locator('.chart[data-ready]').nth(2).waitFor();
    return page;
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
    await page.waitForFunction('document.querySelectorAll(\'#fvd-fig05 .bars_marks path[opacity]:not([opacity="1"])\').length === 9');
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

  it('hands out its files', async () => {
    const page = await open();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#fvd-fig05 a[download$=".csv"]').click()]);
    expect(download.suggestedFilename()).equals('fvd-fig05.csv');
    await page.context().close();
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
    expect(await page.locator('.chart svg').count()).equals(3);
    expect(await idsOf(page)).length(173);
    await page.context().close();
  });
});
