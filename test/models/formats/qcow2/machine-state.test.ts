import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileKinds } from '../../../../experiments/export/files/index.js';
import { SparseFile } from '../../../../experiments/export/files/sparse-file.js';
import { HostContents, patternByte } from '../../../../experiments/export/host-contents.js';
import { ask, hasQemu } from '../../../../experiments/export/live/qemu.js';
import { packageRoot } from '../../../../experiments/places.js';
import { loadMachine, saveMachine, type Perform } from '../../../../experiments/validate/formats/machine.js';
import { formats } from '../../../../models/formats/index.js';
import { Qcow2Base } from '../../../../models/formats/qcow2/base-image.js';
import { LIVE, Op, type CacheMode } from '../../../../models/io/image-format.js';
import { Purpose, type Plan } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { InputError } from '../../../../sim/errors.js';
import { readOptions } from '../../../../sim/options.js';
import { GiB, KiB, MiB, type Bytes } from '../../../../sim/units.js';
import { checkTables } from '../../../conformance/qcow2-invariants.js';

type HostOp = readonly [string, number, number];

interface Command {
  readonly cmd: string;
  readonly by_size: Readonly<Record<string, number>>;
  readonly first_30: readonly HostOp[];
  readonly around_2nd_l2_or_mid: readonly HostOp[];
  readonly last_45: readonly HostOp[];
}

interface RecordingOf012 {
  readonly cluster: Bytes;
  readonly cache: CacheMode;
  readonly ops: readonly Command[];
  readonly tables_end: {
    readonly l1_offset: Bytes;
    readonly l1_entries: number;
    readonly snapshots: readonly { id: string; name: string; l1_offset: Bytes; l1_size: number; vm_state_size: Bytes }[];
    readonly snapshots_offset: Bytes;
    readonly clusters: readonly (readonly [number, number, string, number])[];
  };
}

interface RecordingOf72 {
  readonly first_40: readonly HostOp[];
  readonly last_40: readonly HostOp[];
}

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(packageRoot, 'test', 'fixtures', 'truth-memory', `${name}.json`), 'utf8'));

/** Recorded from an empty disk of this size. */
const diskBytes = 4 * GiB;

function made(model: string, cache: CacheMode, cluster: Bytes, disk: Bytes = diskBytes): Qcow2Base {
  const found = formats.get(model, 'test');
  const image = found.make({ diskBytes: disk, cache, slots: 2, backing: null }, readOptions(found.options, { cluster }, 'test'));
  if (!(image instanceof Qcow2Base)) throw new Error('another image');
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}

/** Reads, writes and flushes: the recordings hold nothing else. */
function rowsOf(plan: Plan): HostOp[] {
  return Array.from({ length: plan.size }, (_, i): HostOp => ['RWFZPTA'[plan.kind[i]!]!, plan.offset[i]!, plan.bytes[i]!]).filter(
    ([kind]) => 'RWF'.includes(kind),
  );
}

/** All host I/O that `act` causes. */
function hostOps(image: Qcow2Base, act: (perform: Perform) => void): HostOp[] {
  const rows: HostOp[] = [];
  act((op, offset, bytes, name) => carryOut(image, op, offset, bytes, name, (plan) => rows.push(...rowsOf(plan))));
  return rows;
}

const text = (rows: readonly HostOp[]): string[] => rows.map(([kind, offset, bytes]) => `${kind} ${offset}+${bytes}`);

function bySize(rows: readonly HostOp[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [kind, , bytes] of rows) counts[kind + String(bytes)] = (counts[kind + String(bytes)] ?? 0) + 1;
  return counts;
}

describe("a machine's state in qcow2-0.12", () => {
  for (const name of ['m128-fill16-wt-64k', 'm128-fill16-none-64k', 'm128-fill16-wt-4k', 'm256-fill96-wt-64k']) {
    it(`causes the host I/O that was recorded, and ends in the same tables: ${name}`, () => {
      const { cluster, cache, ops, tables_end: end } = recorded(`q012-savevm-${name}`) as RecordingOf012;
      const image = made('qcow2-0.12', cache, cluster);
      // A snapshot that was deleted again held as much as the others.
      const stateBytes = (snapshot: string): Bytes =>
        (end.snapshots.find((one) => one.name === snapshot) ?? end.snapshots[0]!).vm_state_size;
      for (const { cmd, by_size, first_30, around_2nd_l2_or_mid: middle, last_45 } of ops) {
        const [command, snapshot] = cmd.split(' ') as [string, string];
        const rows = hostOps(image, (perform) => {
          if (command === 'savevm') saveMachine(perform, snapshot, stateBytes(snapshot));
          else if (command === 'loadvm') loadMachine(perform, snapshot, stateBytes(snapshot));
          else perform(Op.DELETE, 0, 0, snapshot);
        });
        expect(text(rows.slice(0, first_30.length)), `${cmd}: begins`).to.deep.equal(text(first_30));
        expect(text(rows.slice(-last_45.length)), `${cmd}: ends`).to.deep.equal(text(last_45));
        expect(bySize(rows), cmd).to.deep.equal(by_size);
        expect(text(rows).join(), `${cmd}: in between`).to.contain(text(middle).join());
      }
      const tables = image.inspect();
      expect([tables.l1Offset, tables.l1Entries]).to.deep.equal([end.l1_offset, end.l1_entries]);
      expect(
        tables.snapshots.map(({ id, name, l1Offset, l1Entries, stateBytes }) => [id, name, l1Offset, l1Entries, stateBytes]),
      ).to.deep.equal(
        end.snapshots.map(({ id, name, l1_offset, l1_size, vm_state_size }) => [id, name, l1_offset, l1_size, vm_state_size]),
      );
      expect(tables.snapshotTableOffset).to.equal(end.snapshots_offset);
      expect(tables.clusters).to.deep.equal(end.clusters);
    });
  }
});

/** Where the state begins in the recorded files. */
const firstCluster: Bytes = 327680;
/** The emulator's buffers end within sectors, where in them nobody can see. */
const inSector: Bytes = 100;

/**
 * Ends of the recorded pieces, as places in the file: those that the recording shows at its begin and its end. In between, which it does
 * not show, pieces of one length lead to the same tables.
 */
const piecesOf72 = [
  {
    name: 'm256-fill64',
    begin: [327680, 460800, 592384, 723968, 855040, 986624, 1117696],
    end: [169424384, 169457152, 169489920, 169518080],
  },
  {
    name: 'm512-fill128',
    begin: [327680, 460800, 592384, 723968, 855040, 986624, 1117696],
    end: [250632192, 250664960, 250693120],
  },
] as const;

function savePieces(perform: Perform, ends: readonly Bytes[]): Bytes {
  let saved = 0;
  for (const end of ends) {
    const next = end - firstCluster + inSector;
    perform(Op.SAVE_STATE, saved, next - saved);
    saved = next;
  }
  return saved;
}

describe("a machine's state in qcow2-7.2", () => {
  for (const { name, begin, end } of piecesOf72) {
    it(`causes the host I/O that was recorded at its begin and its end: ${name}`, () => {
      const { first_40, last_40 } = recorded(`savevm-${name}`) as RecordingOf72;
      const image = made('qcow2-7.2', 'none', 64 * KiB);
      const between: Bytes[] = [];
      for (let at = begin[begin.length - 1]! + 128 * KiB; at < end[0]; at += 128 * KiB) between.push(at);
      const rows = hostOps(image, (perform) => {
        perform(Op.FLUSH, 0, 0);
        savePieces(perform, [...begin, ...between, ...end]);
        perform(Op.FLUSH, 0, 0);
        perform(Op.SNAPSHOT, 0, 0, 's1');
      });
      expect(text(rows.slice(0, 40))).to.deep.equal(text(first_40));
      expect(text(rows.slice(-40))).to.deep.equal(text(last_40));
      checkTables(image.inspect());
    });
  }
});

interface DataAct {
  readonly kind: 'write' | 'save';
  readonly at: number;
  readonly bytes: Bytes;
}
interface SnapshotAct {
  readonly kind: 'snapshot' | 'load' | 'delete';
  readonly name: string;
}
type Act = DataAct | SnapshotAct;
const isData = (act: Act): act is DataAct => act.kind === 'write' || act.kind === 'save';

const names = ['a', 'b', 'c'];
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('write' as const, 'save' as const), at: fc.nat(999), bytes: fc.integer({ min: 1, max: 40_000 }) }),
  fc.record({ kind: fc.constantFrom('snapshot' as const, 'load' as const, 'delete' as const), name: fc.constantFrom(...names) }),
);
const anyScript = fc.record({
  cluster: fc.constantFrom(512, 1024, 4096, 65536),
  cache: fc.constantFrom<CacheMode>('none', 'writethrough', 'writeback'),
  sectors: fc.integer({ min: 1, max: 3000 }),
  acts: fc.array(anyAct, { minLength: 10, maxLength: 40 }),
});
type StateScript = typeof anyScript extends fc.Arbitrary<infer T> ? T : never;

/** A machine's disk and state side by side: carries a script out and compares each state that is loaded with what was saved. */
class Machine {
  readonly image: Qcow2Base;
  readonly contents = new HostContents();
  /** Bytes of each state that a snapshot keeps, and the number of the act that saved it. */
  private readonly kept = new Map<string, { readonly bytes: Bytes; readonly act: number } | null>();
  private saved: { readonly bytes: Bytes; readonly act: number } | null = null;
  private act = 0;

  constructor(model: string, { cluster, cache, sectors, acts }: StateScript) {
    this.image = made(model, cache, cluster, sectors * 512);
    for (const one of acts) this.carryOut(one, sectors);
  }

  private carryOut(one: Act, sectors: number): void {
    this.act += 1;
    if (isData(one)) this.carryOutData(one, sectors);
    else if (one.kind === 'snapshot' && !this.kept.has(one.name)) {
      this.perform(Op.SNAPSHOT, 0, 0, one.name);
      this.kept.set(one.name, this.saved);
      this.saved = null;
    } else if (this.kept.has(one.name)) this.change(one.kind === 'delete' ? 'delete' : 'load', one.name);
    checkTables(this.image.inspect());
  }

  private carryOutData(one: DataAct, sectors: number): void {
    if (one.kind === 'write') {
      const first = Math.floor((one.at / 1000) * sectors);
      this.perform(Op.WRITE, first * 512, Math.min(Math.ceil(one.bytes / 512), sectors - first) * 512);
    } else this.save(one.bytes);
  }

  /** In buffers, as an emulator does. */
  private save(bytes: Bytes): void {
    const buffer = 10_000;
    for (let at = 0; at < bytes; at += buffer) this.perform(Op.SAVE_STATE, at, Math.min(buffer, bytes - at));
    this.saved = { bytes, act: this.act };
  }

  private change(kind: 'load' | 'delete', name: string): void {
    if (kind === 'delete') {
      this.perform(Op.DELETE, 0, 0, name);
      this.kept.delete(name);
      return;
    }
    this.perform(Op.APPLY, 0, 0, name);
    this.saved = null;
    const state = this.kept.get(name) ?? null;
    if (state !== null) this.load(state.bytes, state.act);
    else expect(() => this.perform(Op.LOAD_STATE, 0, 512)).to.throw(InputError, 'no snapshot applied that keeps one');
  }

  private load(bytes: Bytes, act: number): void {
    let brought = 0;
    const image = new Uint8Array(512);
    carryOut(this.image, Op.LOAD_STATE, 0, bytes, undefined, (plan) => {
      for (let i = 0; i < plan.size; i++) {
        if (plan.purpose[i] !== Purpose.DATA) continue;
        brought += plan.bytes[i]!;
        for (let at = plan.offset[i]! - (plan.offset[i]! % 512); at < plan.offset[i]! + plan.bytes[i]!; at += 512) {
          this.contents.fill(image, 0, at);
          expect(image[0], `act ${this.act}: state at ${at}`).to.equal(patternByte(act));
        }
      }
    });
    expect(brought).to.be.within(bytes, bytes + 511);
  }

  private perform(op: Op, offset: Bytes, bytes: Bytes, name?: string): void {
    carryOut(this.image, op, offset, bytes, name, (plan) => this.contents.carryOut(plan, this.act));
  }
}

for (const model of ['qcow2-0.12', 'qcow2-7.2']) {
  describe(`snapshots with a machine's state in ${model}`, function () {
    this.timeout(60_000);

    it('bring back what was saved, whatever is written, saved, applied and deleted meanwhile', () => {
      fc.assert(
        fc.property(anyScript, (script) => {
          expect(new Machine(model, script).image.diskBytes).to.equal(script.sectors * 512);
        }),
        { numRuns: 300 },
      );
    });

    it('are exported as files in which the real program finds no error and no leak', function () {
      if (!hasQemu()) this.skip();
      const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-state-'));
      const file = path.join(folder, 'image');
      for (const script of fc.sample(anyScript, { numRuns: 20, seed: 1 })) {
        const { image, contents } = new Machine(model, script);
        carryOut(image, Op.CLOSE, 0, 0, undefined, (plan) => contents.carryOut(plan, 0));
        SparseFile.write(file, (out) => fileKinds.get('qcow2', 'test').write({ format: image, contents }, out, LIVE));
        const { status, text: said } = ask('qemu-img', 'check', '-f', 'qcow2', file);
        expect(status, said).to.equal(0);
      }
      rmSync(folder, { recursive: true });
    });

    it('tell the real program how large the state is', function () {
      if (!hasQemu()) this.skip();
      const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-state-'));
      const file = path.join(folder, 'image');
      const acts: Act[] = [
        { kind: 'save', at: 0, bytes: 3 * MiB },
        { kind: 'snapshot', name: 'a' },
      ];
      const { image, contents } = new Machine(model, { cluster: 4096, cache: 'none', sectors: 2000, acts });
      SparseFile.write(file, (out) => fileKinds.get('qcow2', 'test').write({ format: image, contents }, out, LIVE));
      expect(ask('qemu-img', 'snapshot', '-l', file).text).to.match(/a +3 MiB/);
      rmSync(folder, { recursive: true });
    });
  });
}
