/** What is wrong in a config is told before anything runs: where it stands, what was found, and what is expected. */
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { refusal, small } from './config-file.js';

interface Case {
  readonly what: string;
  readonly lines: readonly string[];
  readonly set?: readonly string[];
  /** `line:column` in the file, or what stands in front of the message. */
  readonly at: string;
  readonly says: RegExp;
}

const memory = ['study: memory', 'guest: idle'];
const snapshot = ['study: snapshot', 'requests: {name: mixed, requests: 10, disk: 64MiB}', 'disk: {size: 64MiB}'];

const cases: readonly Case[] = [
  { what: 'no kind of study', lines: ['disk: {size: 1GiB}'], at: '1:1', says: /no kind of study, expected "study": .*workload/ },
  { what: 'an unknown kind of study', lines: ['study: worklaod'], at: '1:8', says: /"worklaod".*did you mean workload/ },
  { what: 'an unknown key', lines: [...small, 'fromat: raw'], at: '4:1', says: /unknown key "fromat".*did you mean format/ },
  { what: 'a key of another kind of study', lines: [...memory, 'format: raw'], at: '3:1', says: /unknown key "format"/ },
  { what: 'an unknown format', lines: [...small, 'format: qcow2-7'], at: '4:9', says: /"qcow2-7".*did you mean qcow2-7\.2/ },
  {
    what: 'an option that the format has not',
    lines: [...small, 'format: {name: raw, cluster: 64KiB}'],
    at: '4:21',
    says: /unknown key "cluster", expected one of name/,
  },
  {
    what: 'a misspelt option',
    lines: [...small, 'format:', '  name: qcow2-7.2', '  clutser: 64KiB'],
    at: '6:3',
    says: /"clutser".*did you mean cluster/,
  },
  {
    what: 'a wrong unit',
    lines: [...small, 'format:', '  name: qcow2-7.2', '  cluster: 64kk'],
    at: '6:12',
    says: /"64kk", expected a size/,
  },
  {
    what: 'a value that is too large',
    lines: [...small, 'load: {depth: 5000}'],
    at: '4:15',
    says: /5000, expected a whole number from 1 to 4096/,
  },
  { what: 'more in flight than there is room', lines: [...small, 'load: {depth: 65}'], at: '4:15', says: /65, expected at most 64/ },
  {
    what: 'a workload beyond the end of the disk',
    lines: ['study: workload', 'disk: {size: 512MiB}', 'workload: {name: rand-io, partitionSize: 1GiB}'],
    at: '3:42',
    says: /requests up to 1 ?GiB, expected all within the 512 ?MiB of the disk/,
  },
  {
    what: "a snapshot's guest beyond the end of the disk",
    lines: ['study: snapshot', 'requests: {name: mixed, disk: 65MiB}', 'disk: {size: 64MiB}', 'format: qcow2-0.12'],
    at: '2:31',
    says: /requests up to 65 ?MiB, expected all within the 64 ?MiB/,
  },
  { what: 'a list where a value belongs', lines: [...small, 'load: {depth: [1, 2]}'], at: '4:15', says: /a list, expected a value/ },
  {
    what: 'a value where a map belongs',
    lines: [...small, 'load: closed'],
    at: '4:7',
    says: /"closed", expected the options of load: mode, depth/,
  },
  { what: 'a key a second time', lines: [...small, 'disk: {size: 1GiB}'], at: '4:1', says: /a key that stands here a second time/ },
  {
    what: 'a guest that its memory has no room for',
    lines: ['study: memory', 'guest: {name: memcached, memory: 64MiB}'],
    at: '2:34',
    says: /found regions of [0-9]+ pages, expected a memory of at least that, not 16384/,
  },
  {
    what: 'a guest whose regions outgrow the memory that it has by default',
    lines: ['study: memory', 'guest: {name: memcached, items: 3GiB}'],
    at: '2:8',
    says: /found regions of [0-9]+ pages, expected a memory of at least that/,
  },
  {
    what: 'a memory that the sweep makes too small',
    lines: ['study: memory', 'guest: {name: memcached}', 'sweep: {guest.memory: [2GiB, 64MiB]}'],
    at: '3:30',
    says: /found regions of [0-9]+ pages/,
  },
  { what: 'what is no YAML', lines: [...small, 'load: {depth: 1'], at: '5:1', says: /no YAML/ },
  { what: 'an unknown test-bed', lines: [...small, 'testbed: fdv'], at: '4:10', says: /"fdv".*did you mean fvd/ },
  {
    what: 'an unknown parameter of the test-bed',
    lines: [...small, 'testbed: {name: fvd, set: {queuDepth: 4}}'],
    at: '4:28',
    says: /no parameter "queuDepth".*did you mean queueDepth/,
  },
  {
    what: 'a parameter out of its range',
    lines: [...small, 'testbed: {name: fvd, set: {guest.exitTime: 1s}}'],
    at: '4:44',
    says: /1s, expected a value from 4 us to 20 us.*any other stands below testbed\.whatIf/,
  },
  {
    what: 'a parameter that no machine has',
    lines: [...small, 'testbed: {name: fvd, whatIf: {guest.exitTime: 0ns}}'],
    at: '4:47',
    says: /0ns, expected a value above 0/,
  },
  {
    what: 'a parameter that is moved twice',
    lines: [...small, 'testbed: {set: {guest.exitTime: 5us}, whatIf: {guest.exitTime: 1s}}'],
    at: '4:39',
    says: /"guest\.exitTime", which is set as well, expected one value/,
  },
  {
    what: 'a scheduler that is none',
    lines: [...small, 'testbed: {set: {scheduler: deadlin}}'],
    at: '4:28',
    says: /"deadlin", expected one of .*did you mean deadline/,
  },
  {
    what: 'a template under a format that has none',
    lines: [...small.slice(0, 1), small[2]!, 'disk: {size: 64MiB, backing: 32MiB}'],
    at: '3:30',
    says: /a template under raw/,
  },
  {
    what: 'a disk that the drive cannot hold',
    lines: [...small, 'format: raw'],
    set: ['disk.size=9TiB'],
    at: '--set disk.size',
    says: /9 TiB/,
  },
  { what: 'a depth in an open loop', lines: [...small, 'load: {mode: open, depth: 4}'], at: '4:27', says: /a depth in an open loop/ },
  {
    what: 'a warm-up in a study that has an end',
    lines: [...snapshot, 'format: qcow2-7.2', 'warmUp: 10s'],
    at: '5:1',
    says: /"warmUp" in a study whose runs have an end/,
  },
  { what: 'a warm-up over half', lines: [...small, 'warmUp: 60%'], at: '4:9', says: /60%, expected at most half/ },
  { what: 'a warm-up without a unit', lines: [...small, 'warmUp: 10'], at: '4:9', says: /"10", expected a time/ },
  {
    what: 'snapshots of a format that keeps none',
    lines: [...snapshot, 'format: raw'],
    at: '4:9',
    says: /raw, which keeps no snapshots/,
  },
  {
    what: 'a memory study without the costs of it',
    lines: [...memory, 'testbed: fvd'],
    at: '3:10',
    says: /one with the costs of memory snapshots/,
  },
  { what: 'a recording without a file', lines: ['study: memory', 'guest: recorded'], at: '2:8', says: /no file, expected the recording/ },
  {
    what: 'a rule for an unknown metric',
    lines: [...small, 'until: {metric: iop, halfWidth: 5%}'],
    at: '4:17',
    says: /unknown metric "iop".*did you mean iops/,
  },
  {
    what: 'a rule beside a number',
    lines: [...small, 'replications: 5', 'until: {metric: iops, halfWidth: 5%}'],
    at: '4:1',
    says: /beside "until"/,
  },
  { what: 'a name with a way out', lines: [...small, 'name: ../../etc'], at: '4:7', says: /expected letters, digits/ },
  { what: 'a sweep over nothing', lines: [...small, 'sweep:', '  load.depth: []'], at: '5:15', says: /an empty list/ },
  {
    what: 'a swept value that is wrong',
    lines: [...small, 'sweep:', '  load.depth: [1, 2, three]'],
    at: '5:22',
    says: /three, expected a whole number/,
  },
  {
    what: 'a swept path that is none',
    lines: [...small, 'sweep:', '  laod.depth: [1, 2]'],
    at: '5:3',
    says: /unknown key "laod".*did you mean load/,
  },
  {
    what: 'options that a map in the sweep would take away',
    lines: [...small, 'format: {name: qcow2-7.2, cluster: 4KiB}', 'sweep:', '  format: [qcow2-0.12, {name: qcow2-7.2, l2Tables: 4}]'],
    at: '4:27',
    says: /"cluster" of format, in whose place the sweep puts a map at .*:6:24, expected it in each map/,
  },
  {
    what: 'options that a swept name does not take',
    lines: [...small, 'format: {name: qcow2-7.2, cluster: 4KiB}', 'sweep:', '  format: [qcow2-0.12, raw]'],
    at: '4:27',
    says: /unknown key "cluster"/,
  },
  {
    what: 'a sweep of what is no part of a point',
    lines: [...small, 'sweep:', '  record.timeline: [true]'],
    at: '5:3',
    says: /"record.timeline"/,
  },
  { what: 'a tag', lines: [...small, 'name: !!binary OCww'], at: '4:16', says: /the tag .*binary/ },
  { what: 'a swept value twice', lines: [...small, 'sweep:', '  load.depth: [1, 2, 1]'], at: '5:22', says: /a second time/ },
  {
    what: 'the same point in two spellings',
    lines: [...small, 'format: qcow2-7.2', 'sweep:', '  format.cluster: [64KiB, 65536]'],
    at: '6:3',
    says: /the same point twice: cluster=64KiB, and cluster=65536/,
  },
  {
    what: 'a range without an end',
    lines: [...small, 'sweep:', '  load.depth: {from: 1, step: 2}'],
    at: '5:15',
    says: /a range without "to"/,
  },
  {
    what: 'a range of two kinds',
    lines: [...small, 'sweep:', '  disk.size: {from: 64MiB, to: 10s, step: 64MiB}'],
    at: '5:32',
    says: /a time, expected a size/,
  },
  {
    what: 'pairs that do not match',
    lines: [...small, 'sweep:', '  paired:', '    load.depth: [1, 2]', '    disk.size: [64MiB, 128MiB, 256MiB]'],
    at: '7:5',
    says: /3 values, expected 2/,
  },
  {
    what: 'more points than anybody wants',
    lines: [...small, 'sweep:', '  load.depth: {from: 1, to: 4000, step: 1}', '  disk.size: {from: 64MiB, to: 4GiB, step: 64MiB}'],
    at: '5:3',
    says: /256000 points/,
  },
  {
    what: 'a wrong value of an override',
    lines: small,
    set: ['load.depth=many'],
    at: '--set load.depth',
    says: /many, expected a whole number/,
  },
  {
    what: 'an override of nothing',
    lines: small,
    set: ['load.dpeth=4'],
    at: '--set load.dpeth',
    says: /unknown key "dpeth".*did you mean depth/,
  },
  { what: 'an override without a value', lines: small, set: ['load.depth'], at: '--set', says: /expected PATH=VALUE/ },
  {
    what: 'options of a workload that contradict each other',
    lines: [...small, 'load: {depth: 1}'],
    set: ['workload.operations=5000'],
    at: '--set workload.operations',
    says: /at most 1024/,
  },
  {
    what: 'a start that reads more than its template holds',
    lines: ['study: boot', 'format: qcow2-0.12', 'image: {template: 128MiB, root: 256MiB}', 'program: {name: linux-boot, read: 1TiB}'],
    at: '4:35',
    says: /at most what is installed in the template/,
  },
];

describe('a config', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-config-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const { what, lines, set, at, says } of cases) {
    it(`with ${what} is refused at its place`, () => {
      const message = refusal(folder, lines, set);
      expect(message).match(says);
      expect(message.split(': found')[0]).equal(/^[0-9]/.test(at) ? `run.yaml:${at}` : at);
    });
  }
});
