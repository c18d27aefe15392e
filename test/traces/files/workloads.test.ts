import { expect } from 'chai';
import { defaults } from '../../../sim/options.js';
import { KiB, MiB } from '../../../sim/units.js';
import { FileOp, FileOperation, type FileProgram } from '../../../traces/files/file-operation.js';
import { fileWorkloads } from '../../../traces/files/index.js';
import { postMark } from '../../../traces/files/postmark.js';

/** Small instances of the workloads, so that each is run to its end. */
const small: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  postmark: { files: 300, transactions: 600, subdirectories: 7 },
  'kernel-compile': { files: 200, compiled: 60, rounds: 2 },
  'os-install': { system: '4MiB' },
  'linux-boot': { system: '40MiB', read: '2MiB' },
  'server-start': { system: '40MiB', bootRead: '1MiB', read: '4MiB' },
  iometer: { file: '1MiB', requests: 500 },
  sequential: { size: '3MiB' },
};

/** What these read was there before: another program installed it. */
const readsInstalled = new Set(['linux-boot', 'server-start']);

/** Runs a program on a plain table of files; throws at an operation that makes no sense. Answers what was done, as text. */
function runOnTable(program: FileProgram, phases: readonly string[], isInstalled: boolean): string[] {
  const files = new Map<number, { size: number; isDirectory: boolean }>([[0, { size: 0, isDirectory: true }]]);
  const op = new FileOperation();
  const log: string[] = [];
  const known = (): { size: number; isDirectory: boolean } => {
    const found = files.get(op.file);
    if (found !== undefined) return found;
    if (isInstalled) return { size: Infinity, isDirectory: false };
    throw new Error(`operation ${op.op} on the unknown file ${op.file}`);
  };
  while (program.next(op)) {
    log.push(`${op.op} ${op.file} ${op.directory} ${op.offset} ${op.bytes} ${op.compute} ${op.direct}`);
    if (!Number.isInteger(op.compute) || op.compute < 0) throw new Error(`a computation of ${op.compute} ns`);
    if (op.op === FileOp.PHASE) expect(phases[op.file]).a('string');
    else if (op.op === FileOp.CREATE || op.op === FileOp.MKDIR) {
      if (files.has(op.file)) throw new Error(`file ${op.file} is made twice`);
      if (files.get(op.directory)?.isDirectory !== true && !isInstalled) throw new Error(`no directory ${op.directory}`);
      files.set(op.file, { size: 0, isDirectory: op.op === FileOp.MKDIR });
    } else if (op.op === FileOp.WRITE) known().size = Math.max(known().size, op.offset + op.bytes);
    else if (op.op === FileOp.READ && op.offset + op.bytes > known().size) throw new Error(`a read past the end of file ${op.file}`);
    else if (op.op === FileOp.UNLINK) {
      known();
      files.delete(op.file);
    } else if (op.op === FileOp.OPEN) known();
  }
  return log;
}

describe('programs on files', () => {
  for (const name of fileWorkloads.names) {
    it(`${name} does only what files allow, to its end, and the same with the same seed`, () => {
      const workload = fileWorkloads.get(name, 'test');
      const run = (seed: number): string[] =>
        runOnTable(workload.open(small[name]!, seed, 'test'), workload.phases, readsInstalled.has(name));
      const first = run(1);
      expect(first.length).least(10);
      expect(run(1)).eql(first);
      if (name !== 'sequential') expect(run(2)).not.eql(first);
    });
  }

  it('PostMark creates its pool, runs every transaction, and deletes what is left', () => {
    const program = postMark.open(
      { ...defaults(postMark.options), files: 1000, sizeLow: 10 * KiB, sizeHigh: 50 * KiB, transactions: 4000 },
      3,
    );
    const op = new FileOperation();
    const made = [0, 0, 0];
    const removed = [0, 0, 0];
    let phase = 0;
    let bytes = 0;
    let reads = 0;
    let readTo = 0;
    while (program.next(op)) {
      if (op.op === FileOp.PHASE) phase = op.file;
      if (op.op === FileOp.CREATE) made[phase]! += 1;
      if (op.op === FileOp.UNLINK) removed[phase]! += 1;
      if (op.op === FileOp.WRITE && phase === 0) bytes += op.bytes;
      if (op.op !== FileOp.READ) continue;
      // A file is read from its start on, a buffer at a time.
      if (op.offset === 0) reads += 1;
      else expect(op.offset).equal(readTo);
      readTo = op.offset + op.bytes;
      expect(op.bytes).within(1, 4 * KiB);
    }
    expect(made[0]).equal(1000);
    expect(made[1]! + removed[1]!).equal(4000);
    expect(removed[2]).equal(1000 + made[1]! - removed[1]!);
    expect(bytes / 1000).closeTo(30 * KiB, KiB);
    expect(reads).closeTo(2000, 150);
  });

  it('refuses sizes that contradict each other', () => {
    expect(() => postMark.open({ ...defaults(postMark.options), sizeLow: MiB }, 1)).throw(/postmark\.sizeLow/);
    const open = (name: string, values: Readonly<Record<string, unknown>>) => () => fileWorkloads.get(name, 'test').open(values, 1, 'test');
    expect(open('iometer', { file: '1KiB' })).throw(/iometer\.request.*at most the file, 1024 B/);
    expect(open('iometer', { file: '1MiB', request: '1000' })).throw(/iometer\.request.*a multiple of 512 B/);
    expect(open('sequential', { direct: true, size: '1000000' })).throw(/sequential\.size/);
    expect(open('sequential', { direct: true, block: '1000' })).throw(/sequential\.block/);
    expect(open('sequential', { size: '1000000', block: '1000' })).not.throw();
  });
});
