/** A config that was damaged anywhere is a plan, or refused in one sentence with its place: never a crash, never a hang. */
import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '../../../sim/errors.js';
import { planIn } from './config-file.js';

const texts: readonly string[] = [
  `study: workload
name: a-name
testbed: {name: fvd, set: {queueDepth: 4, guest.exitTime: 8us, scheduler: fcfs}}
format: {name: qcow2-7.2, cluster: 64KiB}
disk: {size: 64MiB, backing: 0, initial: empty}
workload: {name: rand-io, partitionSize: 64MiB, operations: 20}
load: {mode: closed, depth: 2}
warmUp: 10%
seed: 3
until: {metric: iops, halfWidth: 5%, atLeast: 3, atMost: 9}
sweep:
  load.depth: {from: 1, to: 4, factor: 2}
  paired: {format.cluster: [64KiB, 1MiB], disk.size: [64MiB, 128MiB]}
`,
  `study: memory
guest: {name: memcached, memory: 256MiB}
method: {name: consnap}
controller: {name: fixed}
snapshots: {first: 1s, interval: 2s, count: 3}
replications: 2
sweep: {controller: [{name: fixed, pause: 5ms}, {name: adaptive, least: 1MB/s}]}
`,
];

/** What is put in: structure, units, signs, what all objects have. */
const pieces = [
  '',
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  ',',
  '- ',
  '\n',
  '\t',
  '"',
  "'",
  '#',
  '&a',
  '*a',
  '!!x',
  '<<',
  '%',
  ' ',
  '1',
  '2',
  '\n# ',
  '-1',
  '1e99',
  '0',
  'KiB',
  '__proto__',
  '\u0000',
  'ÿ',
];

const damage = fc.record({
  at: fc.integer({ min: 0, max: 9999 }),
  length: fc.integer({ min: 0, max: 2 }),
  piece: fc.constantFrom(...pieces),
});

describe('a damaged config', function () {
  this.timeout(60_000);
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-damage-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('was a plan', () => texts.forEach((text) => planIn(folder, [text])));

  it('is a plan, or is refused with its place', () => {
    let [plans, refused] = [0, 0];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(damage, { minLength: 1, maxLength: 2 }), (text, damages) => {
        const damaged = damages.reduce((before, { at, length, piece }) => {
          const from = Math.floor((at / 10_000) * before.length);
          return before.slice(0, from) + piece + before.slice(from + length);
        }, text);
        try {
          planIn(folder, [damaged]);
          plans += 1;
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.where).match(/run\.yaml(:\d+:\d+)?$/);
          expect(error.message).not.match(/undefined|\[object|NaN/);
          refused += 1;
        }
      }),
      { numRuns: 600, seed: 1 },
    );
    expect(plans).above(10);
    expect(refused).above(200);
  });
});
