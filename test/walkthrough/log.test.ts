/** The README's walk-through, done: a copy of the package gets one file and one line, and has a format more. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../experiments/places.js';

const file = fileURLToPath(new URL('./log.js', import.meta.url));
/** Where this package was compiled to. */
const built = path.resolve(path.dirname(file), '..', '..');
const line = '  log: log,\n';

describe('the walk-through of a new image format', function () {
  this.timeout(120_000);
  let copy = '';

  before(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'snapsim-walkthrough-'));
    for (const folder of ['sim', 'traces', 'models', 'results', 'experiments', 'test/conformance', 'test/support', 'test/walkthrough']) {
      cpSync(path.join(built, folder), path.join(copy, folder), { recursive: true });
    }
    for (const name of ['package.json', 'node_modules']) symlinkSync(path.join(packageRoot, name), path.join(copy, name));
    symlinkSync(path.join(packageRoot, 'traces', 'samples'), path.join(copy, 'traces', 'samples'));
    const index = path.join(copy, 'models', 'formats', 'index.js');
    const from = path.relative(path.dirname(index), path.join(copy, path.relative(built, file)));
    const text = readFileSync(index, 'utf8').replace(/(new Registry\('image format', \{\n)/, `$1${line}`);
    writeFileSync(index, `import { log } from '${from}';\n${text}`);
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  const run = (...words: readonly string[]) => spawnSync(process.execPath, words, { cwd: copy, encoding: 'utf8' });
  const snapsim = (...words: readonly string[]) => run('experiments/cli/main.js', ...words);

  it('passes the conformance suite, over ten thousand operations', () => {
    const suite = ['--no-config', '--no-package', '--timeout', '60000', '--reporter', 'test/support/reporter.js'];
    const mocha = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
    const { stdout } = run(mocha, ...suite, 'test/conformance/formats.test.js', '--grep', 'image format log ');
    expect(stdout).to.match(/log: \d{5,} random operations/);
    expect(stdout).to.match(/\n3 passed, 0 failed, 0 skipped\n$/);
  });

  it('has a name in the list, with its option', () => {
    expect(snapsim('list', 'formats').stdout).to.contain('  log: A log').and.contain('align = 4 KiB: Where records begin');
  });

  it('replays a trace, takes its option, and checks it', () => {
    const replay = ['replay', 'traces/samples/postmark-ext3.blktrace.0.gz', '--formats', 'raw,log', '--mode', 'closed', '--depth', '2'];
    const done = snapsim(...replay, '--set', 'log.align=512', '--json');
    expect(done.stderr).to.equal('');
    expect(JSON.stringify(JSON.parse(done.stdout))).to.contain('"log"');
    expect(snapsim(...replay, '--set', 'log.align=3KiB').stderr).to.match(
      /option align of log: found 3KiB, expected a power of two from 512/,
    );
  });

  it('is swept over its option', () => {
    const replay = ['replay', 'traces/samples/postmark-ext3.blktrace.0.gz', '--formats', 'raw,log', '--mode', 'closed', '--json'];
    const done = snapsim(...replay, '--sweep', 'log.align=512,4KiB,64KiB');
    expect(done.stderr).to.equal('');
    const { systems } = JSON.parse(done.stdout) as { systems: { system: string; allocatedBytes: number }[] };
    expect(systems.map(({ system }) => system)).to.eql(['raw', 'log align=512', 'log align=4KiB', 'log align=64KiB']);
    const [, ...allocated] = systems.map(({ allocatedBytes }) => allocatedBytes);
    expect(allocated).to.eql([...allocated].sort((a, b) => a - b));
    expect(new Set(allocated).size).to.equal(3);
  });

  it('can be exported with the contents that it holds', () => {
    const image = path.join(copy, 'image.raw');
    const done = snapsim('export', '--format', 'log', '--random', '50', '--disk-size', '1MiB', '--as', 'raw', image);
    expect(done.status, done.stderr).to.equal(0);
    expect(readFileSync(image).length).to.equal(1 << 20);
  });

  it('is not in the package itself', () => {
    expect(run(path.join(built, 'experiments/cli/main.js'), 'list', 'formats').stdout).to.not.contain('  log:');
  });
});
