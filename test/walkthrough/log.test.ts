/** The README's walk-through, done: a copy of the package gets one file and one line, and has a format more. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PackageCopy } from './package-copy.js';

describe('the walk-through of a new image format', function () {
  this.timeout(120_000);
  let copy: PackageCopy;

  before(() => {
    copy = new PackageCopy({
      module: new URL('./log.js', import.meta.url),
      exported: 'log',
      index: 'models/formats/index.js',
      registry: 'image format',
      line: 'log: log,',
    });
  });
  after(() => copy.remove());

  it('passes the conformance suite, over ten thousand operations', () => {
    const suite = ['--no-config', '--no-package', '--timeout', '60000', '--reporter', 'test/support/reporter.js'];
    const mocha = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
    const { stdout } = copy.run(mocha, ...suite, 'test/conformance/formats.test.js', '--grep', 'image format log ');
    expect(stdout).to.match(/log: \d{5,} random operations/);
    expect(stdout).to.match(/\n3 passed, 0 failed, 0 skipped\n$/);
  });

  it('has a name in the list, with its option', () => {
    expect(copy.snapsim('list', 'formats').stdout).to.contain('  log: A log').and.contain('align = 4 KiB: Where records begin');
  });

  it('replays a trace, takes its option, and checks it', () => {
    const replay = ['replay', 'traces/samples/postmark-ext3.blktrace.0.gz', '--formats', 'raw,log', '--mode', 'closed', '--depth', '2'];
    const done = copy.snapsim(...replay, '--set', 'log.align=512', '--json');
    expect(done.stderr).to.equal('');
    expect(JSON.stringify(JSON.parse(done.stdout))).to.contain('"log"');
    expect(copy.snapsim(...replay, '--set', 'log.align=3KiB').stderr).to.match(
      /option align of log: found 3KiB, expected a power of two from 512/,
    );
  });

  it('is swept over its option', () => {
    const replay = ['replay', 'traces/samples/postmark-ext3.blktrace.0.gz', '--formats', 'raw,log', '--mode', 'closed', '--json'];
    const done = copy.snapsim(...replay, '--sweep', 'log.align=512,4KiB,64KiB');
    expect(done.stderr).to.equal('');
    const { systems } = JSON.parse(done.stdout) as { systems: { system: string; allocatedBytes: number }[] };
    expect(systems.map(({ system }) => system)).to.eql(['raw', 'log align=512', 'log align=4KiB', 'log align=64KiB']);
    const [, ...allocated] = systems.map(({ allocatedBytes }) => allocatedBytes);
    expect(allocated).to.eql([...allocated].sort((a, b) => a - b));
    expect(new Set(allocated).size).to.equal(3);
  });

  it('can be exported with the contents that it holds', () => {
    const image = path.join(copy.folder, 'image.raw');
    const done = copy.snapsim('export', '--format', 'log', '--random', '50', '--disk-size', '1MiB', '--as', 'raw', image);
    expect(done.status, done.stderr).to.equal(0);
    expect(readFileSync(image).length).to.equal(1 << 20);
  });

  it('is not in the package itself', () => {
    expect(copy.original('list', 'formats').stdout).to.not.contain('  log:');
  });
});
