/** A reproduction that is killed goes on where it stood, and ends with the same bytes; with one worker as with two. */
import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { mainModule as main } from '../../support/command.js';

describe('a reproduction', function () {
  this.timeout(180_000);
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-resume-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const scratch = (name: string) => path.join(folder, name);
  const wordsOf = (out: string, store: string, workers: number) =>
    [main, 'reproduce', 'once-counts', '--quick', '--out', scratch(out), '--store', scratch(store), '--workers', String(workers)] as const;
  const runsIn = (store: string): string[] =>
    existsSync(scratch(store))
      ? readdirSync(scratch(store), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jsonl'))
      : [];
  /** All files but those that hold the time of the day. */
  const bytesIn = (out: string) =>
    Object.fromEntries(
      readdirSync(scratch(out), { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((entry) => entry.isFile() && !['manifest.json', 'report.html'].includes(entry.name))
        .map((entry) => [entry.name, readFileSync(path.join(entry.parentPath, entry.name), 'base64')]),
    );

  it('that is killed is resumed to the same bytes', async () => {
    const whole = spawnSync(process.execPath, wordsOf('whole', 'store-a', 2), { encoding: 'utf8' });
    expect([whole.status, whole.stderr.replaceAll(/^drawing.*\n/gm, '')]).eql([0, '']);
    const all = runsIn('store-a').length;

    const broken = spawn(process.execPath, wordsOf('resumed', 'store-b', 2), { stdio: 'ignore' });
    const ended = new Promise((resolve) => broken.once('exit', resolve));
    while (runsIn('store-b').length < 5 && broken.exitCode === null) await setTimeout(5);
    broken.kill('SIGKILL');
    await ended;
    const done = runsIn('store-b');
    expect(done.length).within(5, all - 1);
    expect(existsSync(scratch('resumed/report.html'))).equal(false);

    const resumed = spawnSync(process.execPath, wordsOf('resumed', 'store-b', 1), { encoding: 'utf8' });
    expect(resumed.status).equal(0);
    expect(bytesIn('resumed')).eql(bytesIn('whole'));
    expect(Object.keys(bytesIn('whole')).length).above(5);
    expect(runsIn('store-b').sort()).eql(runsIn('store-a').sort());
  });
});
