/** A machine's state that is saved into its qcow2 image: the host I/O of the model against that of the real drivers, 0.12.5 and 7.2. */
import { formats } from '../../../models/formats/index.js';
import { Op, type CacheMode, type ImageFormat } from '../../../models/io/image-format.js';
import { carryOut } from '../../../models/io/untimed.js';
import { readOptions } from '../../../sim/options.js';
import { GiB, KiB, type Bytes } from '../../../sim/units.js';
import { loadMachine, saveMachine, type Perform } from '../formats/machine.js';
import { exactly, type MemoryCheck } from './check.js';
import type { HostOp, SaveCommand, SaveTruth } from './truth.js';

/** The recordings start from an empty disk of this size. */
const diskBytes: Bytes = 4 * GiB;

function emptyImage(model: string, cache: CacheMode, cluster: Bytes): ImageFormat {
  const found = formats.get(model, 'validate memory');
  const context = { diskBytes, cache, slots: 2, backing: null };
  const image = found.make(context, readOptions(found.options, { cluster }, 'validate memory'));
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}

/** Reads, writes and flushes of the host while `act` works on the image. */
function hostOps(image: ImageFormat, act: (perform: Perform) => void): HostOp[] {
  const rows: HostOp[] = [];
  act((op, offset, bytes, name) => {
    carryOut(image, op, offset, bytes, name, (plan) => {
      for (let i = 0; i < plan.size; i++) {
        const kind = 'RWF'[plan.kind[i]!];
        if (kind !== undefined) rows.push([kind, plan.offset[i]!, plan.bytes[i]!]);
      }
    });
  });
  return rows;
}

const inText = (rows: readonly HostOp[]): string => rows.map(([kind, offset, bytes]) => `${kind} ${offset}+${bytes}`).join(', ');

/** How many rows from the begin of both are the same. */
function sameRows(real: readonly HostOp[], simulated: readonly HostOp[]): number {
  const differing = real.findIndex((row, i) => inText([row]) !== inText(simulated.slice(i, i + 1)));
  return differing === -1 ? real.length : differing;
}

/** Everything that QEMU 0.12.5 did, command by command. */
export function checkSaved012(truth: SaveTruth): MemoryCheck[] {
  const image = emptyImage('qcow2-0.12', truth.cache, truth.cluster);
  const { snapshots } = truth.tables_end;
  // A snapshot that was deleted again held as much as the others.
  const stateBytes = (name: string): Bytes => (snapshots.find((one) => one.name === name) ?? snapshots[0]!).vm_state_size;
  return truth.ops.flatMap((command) => {
    const [act, name] = command.cmd.split(' ') as [string, string];
    if (act === 'info') return [];
    const rows = hostOps(image, (perform) => {
      if (act === 'savevm') saveMachine(perform, name, stateBytes(name));
      else if (act === 'loadvm') loadMachine(perform, name, stateBytes(name));
      else perform(Op.DELETE, 0, 0, name);
    });
    return checkCommand(command, rows);
  });
}

function checkCommand(command: SaveCommand, rows: readonly HostOp[]): MemoryCheck[] {
  const { cmd } = command;
  const of = (kind: string): HostOp[] => rows.filter((row) => row[0] === kind);
  const bytesOf = (kind: string): number => of(kind).reduce((sum, [, , bytes]) => sum + bytes, 0);
  const sizes = Object.keys(command.by_size).sort();
  const count = (size: string): number => rows.filter(([kind, , bytes]) => kind + String(bytes) === size).length;
  const { first_30: first, last_45: last, around_2nd_l2_or_mid: middle } = command;
  return [
    exactly(`${cmd}: writes`, command.writes, of('W').length),
    exactly(`${cmd}: bytes written`, command.write_bytes, bytesOf('W')),
    exactly(`${cmd}: reads`, command.reads, of('R').length),
    exactly(`${cmd}: flushes`, command.fsync, of('F').length),
    ...sizes.map((size) => exactly(`${cmd}: ${size}`, command.by_size[size]!, count(size))),
    exactly(`${cmd}: first operations in order`, first.length, sameRows(first, rows)),
    exactly(`${cmd}: last operations in order`, last.length, last.length === 0 ? 0 : sameRows(last, rows.slice(-last.length))),
    exactly(`${cmd}: operations in the middle in order`, middle.length, inText(rows).includes(inText(middle)) ? middle.length : 0),
  ];
}

export interface SavedTruth72 {
  readonly first_40: readonly HostOp[];
  readonly last_40: readonly HostOp[];
}

/** Where the state begins in the recorded files, and where in a sector the emulator's buffers end: nobody can see. */
const firstByte: Bytes = 327680;
const inSector: Bytes = 100;
const metadataCluster: Bytes = 131072;

/**
 * What QEMU 7.2 did at the begin and at the end. How the emulator cut the state into pieces follows from which pages held zeros, which is
 * not recorded: the cuts are taken from the recording where it shows them, and are equal in between.
 */
export function checkSaved72({ first_40: first, last_40: last }: SavedTruth72): MemoryCheck[] {
  const image = emptyImage('qcow2-7.2', 'none', 64 * KiB);
  const begin = cuts(first);
  const end = cuts(
    last.slice(
      0,
      last.findIndex(([kind, offset]) => kind === 'W' && offset === metadataCluster),
    ),
  );
  const between: Bytes[] = [];
  for (let at = begin[begin.length - 1]! + 128 * KiB; at < end[0]!; at += 128 * KiB) between.push(at);
  const rows = hostOps(image, (perform) => {
    perform(Op.FLUSH, 0, 0);
    let saved = 0;
    for (const at of [...begin, ...between, ...end]) {
      const next = at - firstByte + inSector;
      perform(Op.SAVE_STATE, saved, next - saved);
      saved = next;
    }
    perform(Op.FLUSH, 0, 0);
    perform(Op.SNAPSHOT, 0, 0, 's1');
  });
  return [
    exactly('first operations in order', first.length, sameRows(first, rows)),
    exactly('last operations in order', last.length, sameRows(last, rows.slice(-last.length))),
  ];
}

/** Sectors in which one piece of the state ends and the next begins. */
const cuts = (rows: readonly HostOp[]): Bytes[] =>
  [...new Set(rows.filter(([kind, offset]) => kind !== 'F' && offset >= firstByte).map(([, offset]) => offset))].sort((a, b) => a - b);
