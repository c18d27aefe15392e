/** A sweep that is killed, or finds the disk full, goes on where it stood: at the end there are the bytes of a run that nobody disturbed. */
import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RandomStream } from '../../../sim/random.js';
import { configFile, small } from '../config/config-file.js';
import { mainModule } from '../../support/command.js';

const sweep = [
  'sweep: {load.depth: {from: 1, to: 20, step: 1}, format: [raw, qed, vdi, parallels, cow, vpc-0.12, vmdk-0.12, zfs, ocfs2, qcow2-7.2]}',
];
const points = 200;

describe('a sweep of 200 points', function () {
  this.timeout(300_000);
  let folder = '';
  let config = '';
  const scratch = (name: string) => path.join(folder, name);
  const wordsOf = (out: string, store: string, workers: number) =>
    [mainModule, 'run', config, '--out', scratch(out), '--store', scratch(store), '--workers', String(workers)] as const;
  const stored = (store: string): string[] =>
    existsSync(scratch(store))
      ? readdirSync(scratch(store), { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.jsonl'))
          .sort()
      : [];
  /** All files of results but the one with the time of the day. */
  const bytesIn = (out: string) =>
    Object.fromEntries(
      readdirSync(scratch(out))
        .filter((name) => name !== 'manifest.json')
        .map((name) => [name, readFileSync(path.join(scratch(out), name), 'base64')]),
    );
  const outputsOf = (out: string): unknown =>
    (JSON.parse(readFileSync(path.join(scratch(out), 'manifest.json'), 'utf8')) as { outputs: unknown }).outputs;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-sweep-'));
    config = configFile(folder, [...small, ...sweep]);
    const { status, stderr } = spawnSync(process.execPath, wordsOf('whole', 'store-a', 2), { encoding: 'utf8', timeout: 60_000 });
    expect([status, stderr.replaceAll(/^running.*\n/gm, '')]).eql([0, '']);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has a row for each, and results of every kind', () => {
    expect(readFileSync(scratch('whole/rows.jsonl'), 'utf8').trimEnd().split('\n')).lengthOf(points);
    expect(Object.keys(bytesIn('whole'))).to.include.members([
      'rows.jsonl',
      'rows.csv',
      'summary.json',
      'summary.csv',
      'columns.json',
      'config.yaml',
    ]);
    expect(stored('store-a')).lengthOf(points);
  });

  it('that is killed ten times ends with the same bytes', async () => {
    const random = new RandomStream('kill', 'moments');
    for (let kill = 0; kill < 10; kill++) {
      const running = spawn(process.execPath, wordsOf('resumed', 'store-b', 1 + (kill % 2)), { stdio: 'ignore' });
      const ended = new Promise((resolve) => running.once('exit', resolve));
      const until = stored('store-b').length + 1 + random.below(10);
      while (stored('store-b').length < until && running.exitCode === null) await setTimeout(1);
      await setTimeout(random.below(10));
      running.kill('SIGKILL');
      await ended;
      expect(running.signalCode).equal('SIGKILL');
      expect(existsSync(scratch('resumed/rows.jsonl'))).equal(false);
    }
    expect(stored('store-b').length).within(10, points - 1);
    const { status } = spawnSync(process.execPath, wordsOf('resumed', 'store-b', 2), { encoding: 'utf8', timeout: 60_000 });
    expect(status).equal(0);
    expect(bytesIn('resumed')).eql(bytesIn('whole'));
    expect(outputsOf('resumed')).eql(outputsOf('whole'));
    expect(stored('store-b')).eql(stored('store-a'));
    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.partial'));
    expect(left).eql([]);
  });

  it('that is stopped by the user says how it goes on', async () => {
    const running = spawn(process.execPath, wordsOf('stopped', 'store-d', 2), { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    running.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const ended = new Promise((resolve) => running.once('exit', resolve));
    while (stored('store-d').length < 3 && running.exitCode === null) await setTimeout(1);
    running.kill('SIGINT');
    expect(await ended).equal(130);
    expect(said).match(/snapsim: stopped; the same command goes on where it stood\n$/);
    expect(stored('store-d').length).within(3, points - 1);
  });

  it('has the same bytes with one worker as with two', () => {
    const { status } = spawnSync(process.execPath, wordsOf('alone', 'store-c', 1), { encoding: 'utf8', timeout: 60_000 });
    expect(status).equal(0);
    expect(bytesIn('alone')).eql(bytesIn('whole'));
  });

  it('that finds its disk full says so, and goes on when there is room', function () {
    const mount = scratch('small-disk');
    mkdirSync(mount);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', mount]).status !== 0) {
      process.stdout.write('  no file system of a chosen size can be mounted here\n');
      this.skip();
    }
    try {
      const words = wordsOf('roomless', 'small-disk/store', 2);
      const full = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 60_000 });
      expect(full.status).equal(2);
      expect(full.stderr).match(/snapsim: .*found a full disk \(ENOSPC\), expected free space/);
      expect(existsSync(scratch('roomless/rows.jsonl'))).equal(false);
      expect(stored('small-disk').length).within(5, points - 1);
      expect(spawnSync('mount', ['-o', 'remount,size=4m', mount]).status).equal(0);
      expect(spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 60_000 }).status).equal(0);
      expect(bytesIn('roomless')).eql(bytesIn('whole'));
    } finally {
      spawnSync('umount', [mount]);
    }
  });
});
