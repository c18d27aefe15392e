import { expect } from 'chai';
import { parquetReadObjects } from 'hyparquet';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Manifest } from '../../../results/provenance.js';
import { nestingFaults, type TraceFile } from '../../results/support/trace-events.js';
import { snapsim as command, type Ended } from '../../support/command.js';

const config = (record: string): string => `
study: workload
format: qcow2-0.12
disk: { size: 1GiB }
workload: { name: rand-io, partitionSize: 1GiB, block: 64KiB, operations: 50 }
replications: 2
${record}
sweep: { format.cluster: [16KiB, 64KiB] }
`;

describe('what a config keeps of its runs', function () {
  this.timeout(60_000);
  let folder = '';
  const at = (name: string): string => path.join(folder, name);
  const run = (record: string, ...words: string[]): Ended => {
    writeFileSync(at('c.yaml'), config(record));
    return command(['run', 'c.yaml', '--store', 'store', ...words], folder);
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-record-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is every request and a timeline of the first run of each point, named in the manifest, and made again by rerun', async () => {
    expect(run('record: { requests: parquet, timeline: true, from: 100ms, to: 300ms }', '--out', 'with').stderr).equals('');
    const { outputs } = JSON.parse(readFileSync(at('with/manifest.json'), 'utf8')) as Manifest;
    const recorded = readdirSync(at('with/recorded')).sort();
    expect(recorded.map((name) => name.replace(/^[0-9a-f]{12}\./, ''))).deep.equals([
      'requests.parquet',
      'timeline.json',
      'requests.parquet',
      'timeline.json',
    ]);
    expect(Object.keys(outputs)).include.members(recorded.map((name) => `recorded/${name}`));
    const rows = (await Promise.all(
      recorded
        .filter((name) => name.endsWith('.parquet'))
        .map((name) => parquetReadObjects({ file: Uint8Array.from(readFileSync(at(`with/recorded/${name}`))).buffer })),
    )) as { system: string; latency: bigint }[][];
    expect(rows.map(({ length }) => length)).deep.equals([50, 50]);
    expect(rows.map(([first]) => first!.system).sort()).deep.equals(['cluster=16KiB', 'cluster=64KiB']);
    for (const name of recorded.filter((file) => file.endsWith('.json'))) {
      const { traceEvents, otherData } = JSON.parse(readFileSync(at(`with/recorded/${name}`), 'utf8')) as TraceFile;
      expect(nestingFaults(traceEvents)).deep.equals([]);
      expect(otherData.note).match(/slices of 100 ms to 300 ms; left out: \d+ before, \d+ after$/);
    }
    expect(command(['rerun', 'with/manifest.json'], folder).status).equals(0);
  });

  it('changes no row', () => {
    run('record: { timeline: true }', '--out', 'with');
    run('', '--out', 'without');
    for (const name of ['rows.jsonl', 'rows.parquet', 'summary.csv'])
      expect(readFileSync(at(`with/${name}`)).equals(readFileSync(at(`without/${name}`))), name).equals(true);
  });

  it('is refused where it is unknown, or the kind of study has none', () => {
    const refused = (record: string, expected: RegExp): void => {
      const { status, stderr } = run(record);
      expect(status).equals(2);
      expect(stderr).match(expected);
    };
    refused('record: { requests: xml }', /c\.yaml:7:21: found "xml", expected one of none, parquet/);
    refused('record: { reqests: csv }', /c\.yaml:7:11: found the unknown key "reqests".*did you mean requests/);
    refused('record: { timeline: true, from: 3s, to: 2s }', /c\.yaml:7:9: found from 3000000000 ns to 2000000000 ns/);
    writeFileSync(at('c.yaml'), 'study: boot\nrecord: { requests: csv }\n');
    expect(command(['run', 'c.yaml'], folder).stderr).match(
      /c\.yaml:2:9: found requests, expected what this kind of study keeps \(nothing\)/,
    );
  });

  it('replaces symbolic links in its folder, and follows none', () => {
    writeFileSync(at('precious'), 'precious');
    run('record: { requests: csv }', '--out', 'with');
    for (const name of readdirSync(at('with/recorded'))) {
      rmSync(at(`with/recorded/${name}`));
      symlinkSync(at('precious'), at(`with/recorded/${name}`));
    }
    run('record: { requests: csv }', '--out', 'with');
    expect(readFileSync(at('precious'), 'utf8')).equals('precious');
    for (const name of readdirSync(at('with/recorded'))) expect(readFileSync(at(`with/recorded/${name}`), 'utf8').split('\n')).length(52);
  });

  it('refuses names and labels with markup as what they are', () => {
    writeFileSync(at('t.csv'), '1,W,0,512\n2,R,0,512\n');
    const label = '<script>alert(1)</script>"&,';
    const words = ['replay', 't.csv', '--csv', 'time=1:us,op=2,offset=3,bytes=4', '--disk-size', '1MiB', '--formats', label];
    const { status, stderr } = command(words, folder);
    expect([status, stderr.includes(label.split(',')[0]!)]).deep.equals([2, true]);
    writeFileSync(at('c.yaml'), config('').replace('study:', `name: "${label.replaceAll('"', '')}"\nstudy:`));
    expect(command(['run', 'c.yaml'], folder).stderr).match(/c\.yaml:2:7: found "<script>/);
  });
});
