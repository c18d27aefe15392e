import { expect } from 'chai';
import { parquetReadObjects } from 'hyparquet';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Manifest } from '../../../results/provenance.js';
import { nestingFaults, type TraceFile } from '../../results/support/trace-events.js';
import { snapsim } from '../../support/command.js';

const trace = Array.from({ length: 300 }, (_, i) => `${i * 4000},${i % 3 === 0 ? 'R' : 'W'},${((i * 37) % 101) * 65536},8192\n`).join('');
const csv = ['--csv', 'time=1:us,op=2,offset=3,bytes=4', '--formats', 'qcow2-0.12', '--disk-size', '1GiB'];

describe('what replay writes besides its table', function () {
  this.timeout(60_000);
  let folder = '';
  const at = (name: string): string => path.join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-outputs-'));
    writeFileSync(at('t.csv'), trace);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const replay = (...words: string[]) => snapsim(['replay', 't.csv', ...csv, ...words], folder);

  it('holds every request, the same in each kind of file', async () => {
    expect(replay('--requests', 'r.jsonl.gz').stderr).equals('');
    expect(replay('--requests', 'r.parquet').status).equals(0);
    const lines = gunzipSync(readFileSync(at('r.jsonl.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines).length(300);
    const rows = await parquetReadObjects({ file: Uint8Array.from(readFileSync(at('r.parquet'))).buffer });
    const plain = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, typeof cell === 'bigint' ? Number(cell) : cell])),
    );
    expect(plain).deep.equals(lines.map((line) => JSON.parse(line) as unknown));
  });

  it('can be made again from its manifest, byte by byte, by whoever has the trace', () => {
    replay('--requests', 'r.csv', '--timeline', 't.json');
    const manifest = JSON.parse(readFileSync(at('r.csv.manifest.json'), 'utf8')) as Manifest;
    expect(Object.keys(manifest.outputs)).deep.equals(['r.csv']);
    expect(Object.keys(manifest.inputs)).deep.equals(['t.csv']);
    const same = snapsim(['rerun', 'r.csv.manifest.json', '--out', 'again'], folder);
    expect(same.stdout).match(/^equal +r\.csv$/m);
    expect(same.status).equals(0);
    expect(readdirSync(at('again')).sort()).deep.equals(['r.csv', 'r.csv.manifest.json', 't.json', 't.json.manifest.json']);

    mkdirSync(at('elsewhere'));
    writeFileSync(at('elsewhere/t.csv'), trace.replace('8192', '4096'));
    const changed = snapsim(['rerun', path.join(folder, 'r.csv.manifest.json'), '--from', 'elsewhere', '--json'], folder);
    expect(changed.status).equals(1);
    const { files, differences } = JSON.parse(changed.stdout) as { files: unknown; differences: string[] };
    expect(files).deep.equals([{ file: 'r.csv', verdict: 'differs' }]);
    expect(differences).length(1);
    expect(differences[0]).match(/^input t\.csv: [0-9a-f]{64} then, [0-9a-f]{64} now$/);
  });

  it('says so where the trace is gone', () => {
    replay('--requests', 'r.csv');
    rmSync(at('t.csv'));
    const { status, stderr } = snapsim(['rerun', 'r.csv.manifest.json'], folder);
    expect(status).equals(2);
    expect(stderr)
      .match(/t\.csv: found no such file/)
      .and.match(/which ended with status 2 and left no result/);
  });

  it('has a timeline that nests, within a window, and says what was left out', () => {
    const { stderr } = replay('--timeline', 't.json', '--timeline-window', '100ms..200ms', '--timeline-slices', '40');
    const { traceEvents, otherData } = JSON.parse(readFileSync(at('t.json'), 'utf8')) as TraceFile;
    expect(nestingFaults(traceEvents)).deep.equals([]);
    expect(otherData.slices).equals(40);
    expect(otherData.note).match(/^the first 40 slices of 100 ms to 200 ms; left out: \d+ before, \d+ after, \d+ beyond the limit$/);
    expect(stderr).equals(`snapsim: t.json holds ${otherData.note}\n`);
    const lanes = traceEvents
      .filter(({ name }) => name === 'thread_name')
      .map((event) => (event as unknown as { args: { name: string } }).args.name);
    expect(lanes).deep.equals(['guest requests', 'vCPU', 'hypervisor lock', 'disk: I/O in service']);
    for (const { ts, dur = 0, ph } of traceEvents.filter(({ ph }) => ph === 'X'))
      expect([ph, ts! <= 200_000 && ts! + dur >= 100_000]).deep.equals(['X', true]);
  });

  it('is refused before anything runs where it has no place, or makes no sense', () => {
    const refused = (words: string[], expected: RegExp): void => {
      const { status, stderr } = replay(...words);
      expect([status, stderr]).deep.equals([2, stderr]);
      expect(stderr).match(expected);
    };
    // A run would stop at the last line of this trace.
    writeFileSync(at('t.csv'), `${trace}oops\n`);
    for (const option of ['--requests', '--timeline', '--report']) {
      const missing = /^snapsim: nowhere\/r\.csv: found no such file or folder as nowhere, expected a folder that exists: make it first\n$/;
      refused([option, 'nowhere/r.csv'], missing);
      mkdirSync(at('taken.csv'));
      refused([option, 'taken.csv'], /^snapsim: taken\.csv: found a folder \(EISDIR\), expected a file\n$/);
      rmSync(at('taken.csv'), { recursive: true });
      if (existsSync('/proc')) refused([option, '/proc/r.csv'], /^snapsim: \/proc\/r\.csv: found/);
    }
    refused(['--requests', 'r.xlsx'], /--requests: found "r\.xlsx", expected a name that ends in \.parquet/);
    refused(['--timeline-window', '1s..2s'], /--timeline-window: found 1s\.\.2s, expected --timeline FILE with it/);
    refused(['--timeline', 't.json', '--timeline-window', '2s..1s'], /--timeline-window: found "2s\.\.1s", expected FROM\.\.TO/);
    refused(['--timeline', 't.json', '--timeline-window', '2..3'], /--timeline-window: found "2", expected a time/);
    expect(readdirSync(folder)).deep.equals(['t.csv']);
  });

  it('replaces a symbolic link of its name, and follows none', () => {
    writeFileSync(at('precious'), 'precious');
    for (const name of ['r.csv', '.r.csv.partial', 'r.csv.manifest.json', 't.json']) symlinkSync(at('precious'), at(name));
    expect(replay('--requests', 'r.csv', '--timeline', 't.json').status).equals(0);
    expect(readFileSync(at('precious'), 'utf8')).equals('precious');
    expect(readFileSync(at('r.csv'), 'utf8').split('\n')).length(302);
  });
});
