import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { WholeFile, makeFolder, removeAbandoned, writeWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';

describe('the store', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes a file whole and leaves nothing beside it', () => {
    const file = path.join(folder, 'rows.csv');
    writeWhole(file, 'old\n');
    writeWhole(file, 'new, with µ\n');
    expect(readFileSync(file, 'utf8')).equals('new, with µ\n');
    expect(readdirSync(folder)).deep.equals(['rows.csv']);
  });

  it('keeps the old file until the new one is complete', () => {
    const file = path.join(folder, 'rows.jsonl');
    writeWhole(file, 'old\n');
    const writer = new WholeFile(file);
    writer.append('half a ');
    expect(readFileSync(file, 'utf8')).equals('old\n');
    writer.abandon();
    expect(readFileSync(file, 'utf8')).equals('old\n');
    expect(readdirSync(folder)).deep.equals(['rows.jsonl']);
  });

  it('names the folder that does not exist, and a file that stands where a folder should be', () => {
    const missing = path.join(folder, 'none', 'rows.csv');
    expect(() => writeWhole(missing, '')).to.throw(InputError, /none.*no such file or folder/);
    writeFileSync(path.join(folder, 'file'), '');
    expect(() => makeFolder(path.join(folder, 'file', 'out'))).to.throw(InputError, /a file where a folder should be/);
    expect(() => makeFolder(path.join(folder, 'file'))).to.throw(InputError, /a file where a folder should be/);
  });

  it('refuses a folder under the name of the file and leaves nothing half-written', () => {
    makeFolder(path.join(folder, 'taken', 'below'));
    expect(() => writeWhole(path.join(folder, 'taken'), 'x')).to.throw(InputError, 'taken: found a folder (EISDIR), expected a file');
    expect(readdirSync(folder)).deep.equals(['taken']);
  });

  it('leaves the old file, and nothing half-written, where a write fails midway', () => {
    const file = path.join(folder, 'rows.csv');
    writeWhole(file, 'old\n');
    // A process that may write no file beyond one block stands for a full disk.
    const module = JSON.stringify(new URL('../../results/store.js', import.meta.url).href);
    const script = `import { writeWhole } from ${module}; try { writeWhole(process.argv[1], 'x'.repeat(100000)); } catch (e) { console.log(e.name, e.message); }`;
    const said = execFileSync(
      'sh',
      ['-c', 'trap "" XFSZ; ulimit -f 1; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, file],
      {
        encoding: 'utf8',
      },
    );
    expect(said).match(/^InputError .*rows\.csv: found a file too large/);
    expect(readFileSync(file, 'utf8')).equals('old\n');
    expect(readdirSync(folder)).deep.equals(['rows.csv']);
  });

  it('lets two writers have the same file open: the one that ends last is kept, and nothing is left', () => {
    const file = path.join(folder, 'rows.csv');
    const [first, second] = [new WholeFile(file), new WholeFile(file)];
    first.append('first\n');
    second.append('second\n');
    second.commit();
    first.commit();
    expect(readFileSync(file, 'utf8')).equals('first\n');
    expect(readdirSync(folder)).deep.equals(['rows.csv']);
  });

  it('removes what a writer that was killed has left, and not what one is writing', () => {
    const module = JSON.stringify(new URL('../../results/store.js', import.meta.url).href);
    const script = `import { WholeFile } from ${module}; new WholeFile(process.argv[1]).append('half'); process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script, path.join(folder, 'killed')]);
    const writer = new WholeFile(path.join(folder, 'living'));
    writer.append('half');
    expect(readdirSync(folder)).lengthOf(2);
    removeAbandoned(folder);
    const [left] = readdirSync(folder);
    expect(left).match(/^\.living\./);
    writer.commit();
    expect(readdirSync(folder)).deep.equals(['living']);
  });

  it('replaces a symbolic link instead of writing through it', () => {
    const outside = path.join(folder, 'precious');
    writeFileSync(outside, 'kept');
    symlinkSync(outside, path.join(folder, 'rows.csv'));
    writeWhole(path.join(folder, 'rows.csv'), 'new');
    expect(readFileSync(outside, 'utf8')).equals('kept');
  });
});
