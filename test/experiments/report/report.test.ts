import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readOverlay } from '../../../experiments/report/overlay-file.js';
import { concurrency, lastOfWindows } from '../../../experiments/report/binned.js';
import { packageRoot } from '../../../experiments/places.js';
import { InputError } from '../../../sim/errors.js';
import { mainModule } from '../../support/command.js';

const sample = path.join(packageRoot, 'traces', 'samples', 'postmark-ext3.blktrace.0.gz');

describe('reports from the command line', function () {
  this.timeout(300_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-pages-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const snapsim = (...words: string[]): string => execFileSync(process.execPath, [mainModule, ...words], { encoding: 'utf8', cwd: folder });
  const refusal = (...words: string[]): string => {
    const { status, stderr } = spawnSync(process.execPath, [mainModule, ...words], { encoding: 'utf8', cwd: folder });
    expect(status).equals(2);
    return stderr;
  };
  const write = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  describe('of a reproduction', () => {
    before(() => snapsim('reproduce', 'irow-counts', '--quick', '--out', 'counts', '--store', 'store', '--workers', '1'));

    it('is drawn anew from the folder alone, and is the same', () => {
      const first = readFileSync(path.join(folder, 'counts', 'report.html'), 'utf8');
      snapsim('report', 'counts', '--store', 'store');
      expect(readFileSync(path.join(folder, 'counts', 'report.html'), 'utf8') === first).equals(true);
      for (const ending of ['svg', 'png', 'pdf', 'csv', 'tex', 'vl.json'])
        expect(existsSync(path.join(folder, 'counts', 'irow-counts', `growth.${ending}`))).equals(true);
    });

    it('takes points of others, into a folder of its own', () => {
      const [first] = readFileSync(path.join(folder, 'counts', 'irow-counts', 'growth.csv'), 'utf8')
        .split('\n')
        .slice(1);
      expect(first).not.equals('');
      const places = JSON.parse(readFileSync(path.join(folder, 'counts', 'irow-counts', 'growth.vl.json'), 'utf8')) as {
        data: { values: { x?: number; category?: string; panel?: string }[] };
      };
      const { x, category, panel } = places.data.values[0]!;
      const points = write('points.csv', `figure,series,x,y,panel\nirow-counts-growth,our machine,${category ?? x},3,${panel ?? ''}\n`);
      snapsim('report', 'counts', '--store', 'store', '--overlay', points, '--out', 'laid');
      expect(readFileSync(path.join(folder, 'laid', 'irow-counts', 'growth.svg'), 'utf8')).contains('our machine');
      expect(readFileSync(path.join(folder, 'counts', 'irow-counts', 'growth.svg'), 'utf8')).not.contains('our machine');
    });

    it('refuses points of a figure that it does not have, and a folder that is none', () => {
      const stray = write('stray.csv', 'figure,series,x,y\nfvd-fig05-ratio,ours,1,3\n');
      expect(refusal('report', 'counts', '--store', 'store', '--overlay', stray))
        .contains('the figure "fvd-fig05-ratio"')
        .and.contains('irow-counts-growth');
      mkdirSync(path.join(folder, 'empty'));
      expect(refusal('report', 'empty')).contains('manifest.json');
      mkdirSync(path.join(folder, 'other'));
      write('other/manifest.json', '{"config":{"figures":["../x"],"scale":"quick"},"outputs":{}}');
      expect(refusal('report', 'other')).contains('"../x"');
    });

    it('names the line of rows that this version would not write', () => {
      const rows = path.join(folder, 'counts', 'irow-counts', 'rows.jsonl');
      const text = readFileSync(rows, 'utf8');
      writeFileSync(rows, text.replace('\n', '\n{"system":1}\n'));
      expect(refusal('report', 'counts', '--store', 'store'))
        .contains('rows.jsonl:2')
        .and.contains('other columns');
      writeFileSync(rows, text.slice(0, -5));
      expect(refusal('report', 'counts', '--store', 'store')).match(/rows\.jsonl:\d+: found no JSON/);
      writeFileSync(rows, text);
    });
  });

  it('of runs of one’s own have a figure for each metric, the config as given, and single seeds', () => {
    const config = path.join(packageRoot, 'experiments', 'examples', 'cluster-sizes.yaml');
    snapsim('run', config, '--out', 'sizes', '--store', 'store', '--workers', '1');
    snapsim('report', 'sizes', '--out', 'page');
    const page = readFileSync(path.join(folder, 'page', 'report.html'), 'utf8');
    expect(page).contains('id="metric-').and.contains('data-signal="seeds"').and.contains('study: workload');
    const summary = JSON.parse(readFileSync(path.join(folder, 'sizes', 'summary.json'), 'utf8')) as {
      summary: { metric: string; mean: number | null }[];
    };
    const metrics = new Set(summary.summary.filter(({ mean }) => mean !== null).map(({ metric }) => metric));
    expect(page.match(/<section class="figure"/g)!.length).least(metrics.size);
  });

  it('of a replay show the run over time and where its time went, and change none of its numbers', () => {
    const words = ['replay', sample, '--formats', 'qcow2-0.12,irow-paper', '--mode', 'closed', '--snapshot-every', '60s'];
    const watched = snapsim(...words, '--report', 'replay.html');
    expect(snapsim(...words)).equals(watched);
    const page = readFileSync(path.join(folder, 'replay.html'), 'utf8');
    for (const id of [
      'timeline',
      'latency-tail',
      'latency-by-purpose',
      'around-snapshots',
      'write-amplification',
      'stalls',
      'seek-distances',
      'space',
    ])
      expect(page).contains(`<section class="figure" id="${id}">`);
    // The numbers of the terminal stand first, points of one's own behind all charts.
    const numbers = page.indexOf('<section id="numbers">');
    expect(numbers).above(0).and.below(page.indexOf('<section class="figure"'));
    expect(page.indexOf('<section id="overlay"')).above(page.lastIndexOf('<section class="figure"'));
    const told = [...page.slice(numbers, page.indexOf('</table>', numbers)).matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/g)];
    const asPrinted = told.map(([, name, cells]) => [name, ...cells!.split(/<\/?td>/).filter((cell) => cell !== '')].join(' '));
    const printed = watched.slice(watched.lastIndexOf('---')).trimEnd().split('\n').slice(1);
    expect(asPrinted.map((row) => row.replaceAll('&#39;', "'").trim())).deep.equals(
      printed.map((row) => row.trim().replaceAll(/ {2,}/g, ' ')),
    );
    expect(page.length).below(5_000_000);
    expect(refusal(...words, '--report', 'replay.html', '--timeline', 't.json'))
      .contains('--report')
      .and.contains('one of the two');
  });

  it('of explain are figures in a folder', () => {
    snapsim('explain', sample, '--mode', 'closed', '--out', 'why');
    for (const name of ['latency-by-purpose', 'latency-by-part'])
      for (const ending of ['svg', 'png', 'pdf', 'csv', 'tex', 'vl.json'])
        expect(existsSync(path.join(folder, 'why', `${name}.${ending}`))).equals(true);
    expect(readFileSync(path.join(folder, 'why', 'latency-by-part.csv'), 'utf8')).match(/raw,p99\.9,rotation,/);
  });
});

describe('a file of points', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-points-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const read = (text: string): ReturnType<typeof readOverlay> => {
    const file = path.join(folder, 'points.csv');
    writeFileSync(file, text);
    return readOverlay(file);
  };

  it('gives the points of each figure, texts and panels as they are', () => {
    const found = read('\ufefffigure,series,x,y,panel\nf-a,"our, drive",read,6,\nf-b,b,20,1e3,"on, 1"\nf-a,c,write,0,\n');
    expect([...found]).deep.equals([
      [
        'f-a',
        [
          { series: 'our, drive', x: 'read', y: 6 },
          { series: 'c', x: 'write', y: 0 },
        ],
      ],
      ['f-b', [{ series: 'b', x: '20', y: 1000, panel: 'on, 1' }]],
    ]);
  });

  it('is refused with the line that is wrong', () => {
    expect(() => read('')).throw(InputError, 'an empty file');
    expect(() => read('figure,series,x\n')).throw(InputError, /points\.csv:1: found no column y/);
    expect(() => read('figure,series,x,y,y\n')).throw(InputError, 'the column "y"');
    expect(() => read('figure,series,x,y,colour\n')).throw(InputError, 'the column "colour"');
    expect(() => read('figure,series,x,y\na,b,1,2\na,b,1,many\n')).throw(InputError, /points\.csv:3: found y = "many"/);
    expect(() => read('figure,series,x,y\na,b,1\n')).throw(InputError, /points\.csv:2: found 3 fields/);
    expect(() => read('figure,series,x,y\na,"b,1,2\n')).throw(InputError, 'RFC 4180');
  });
});

describe('values over time', () => {
  it('are how many intervals lie over each window in the mean', () => {
    const values = concurrency([0, 1e9, 3.5e9], [2e9, 2e9, 9e9], 3, 4e9, 4);
    expect(values).deep.equals([
      { atS: 0, value: 1 },
      { atS: 1, value: 2 },
      { atS: 2, value: 0 },
      { atS: 3, value: 0.5 },
    ]);
  });

  it('are thinned to the last of each window', () => {
    const values = lastOfWindows([0, 1e8, 2.5e9], [5, 6, 7], 3, 4e9, 4);
    expect(values).deep.equals([
      { atS: 0.1, value: 6 },
      { atS: 2.5, value: 7 },
    ]);
  });
});
