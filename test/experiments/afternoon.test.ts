/** A researcher's afternoon, in a fresh folder, by the commands alone: a trace and a config of one's own, a sweep, a comparison, a report, a PDF. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '../../sim/random.js';

const program = fileURLToPath(new URL('../../experiments/cli/main.js', import.meta.url));

const config = `study: replay
testbed: fvd
trace: { file: mine.csv, csv: "time=when:us,op=what,offset=sector:sectors,bytes=bytes,header=1" }
format: qcow2-0.12
disk: { size: 256MiB }
load: { mode: closed, depth: 2 }
replications: 5
sweep:
  format: [qcow2-0.12, qcow2-7.2]
  format.cluster: [4KiB, 64KiB, 1MiB]
`;

/** Two flush controllers, which differ by chance from seed to seed. */
const policies = `study: memory
testbed: consnap
guest: { name: memcached, memory: 128MiB }
method: consnap
snapshots: { first: 1s, interval: 2s, count: 3 }
controller: fixed
replications: 5
`;

function ownTrace(): string {
  const draws = new RandomStream(7, 'a trace of one’s own');
  const rows = ['when,what,sector,bytes'];
  let when = 0;
  for (let i = 0; i < 400; i++) {
    when += 1 + draws.below(8000);
    rows.push(`${when},${draws.below(10) < 6 ? 'W' : 'R'},${draws.below(30_000) * 16},${4096 << draws.below(4)}`);
  }
  return `${rows.join('\n')}\n`;
}

describe("a researcher's afternoon", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-afternoon-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const snapsim = (...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    return stdout;
  };
  const written = (...names: readonly string[]): Buffer => readFileSync(path.join(folder, ...names));

  before(() => {
    writeFileSync(path.join(folder, 'mine.csv'), ownTrace());
    writeFileSync(path.join(folder, 'study.yaml'), config);
    writeFileSync(path.join(folder, 'policies.yaml'), policies);
  });

  it('begins with what the trace holds', () => {
    const said = snapsim('trace', 'info', 'mine.csv', '--csv', 'time=when:us,op=what,offset=sector:sectors,bytes=bytes,header=1');
    expect(said).to.match(/records\s+400\b/);
  });

  it('sweeps cluster size and format over five seeds, and tells what each point took', () => {
    expect(snapsim('run', 'study.yaml', '--dry-run'))
      .to.contain('6 points of replay')
      .and.contain('30 runs');
    const table = snapsim('run', 'study.yaml', '--out', 'sweep');
    for (const format of ['qcow2-0.12', 'qcow2-7.2'])
      for (const size of ['4KiB', '64KiB', '1MiB']) expect(table).to.contain(`format=${format} cluster=${size}`);
    expect(written('sweep', 'rows.csv').toString().trimEnd().split('\n')).to.have.length(1 + 30);
  });

  it('finds a wrong key at its place, with the right one', () => {
    writeFileSync(path.join(folder, 'wrong.yaml'), config.replace('format.cluster', 'format.clustre'));
    const { status, stderr } = spawnSync(process.execPath, [program, 'run', 'wrong.yaml'], { cwd: folder, encoding: 'utf8' });
    expect(status).to.equal(2);
    expect(stderr).to.match(/^snapsim: wrong\.yaml:10:3: .*clustre.*did you mean cluster\?/m);
    expect(stderr.trimEnd().split('\n')).to.have.length(1);
  });

  it('compares two policies in words', () => {
    const said = snapsim('compare', 'policies.yaml', '--between', 'controller=adaptive,fixed', '--out', 'compared');
    expect(said).to.match(
      /durationMeanMs: adaptive is (shorter|longer) than fixed by [\d.]+ % \[[\d.]+, [\d.]+\]|durationMeanMs: .*cannot/,
    );
    expect(written('compared', 'effects.svg').toString()).to.contain('<svg');
  });

  it('ends with a report, and a figure as PDF', () => {
    snapsim('report', 'sweep', '--out', 'figures');
    expect(written('figures', 'report.html').toString()).to.contain('iops');
    expect(written('figures', 'figures', 'metric-iops.pdf').subarray(0, 5).toString()).to.equal('%PDF-');
  });

  it('can be made again from the manifest, byte by byte', () => {
    expect(snapsim('rerun', path.join('sweep', 'manifest.json'))).to.contain('rows.csv');
  });
});
