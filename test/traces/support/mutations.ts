/** Sound traces of every format, the ways in which a file gets damaged, and what must come of reading one that is. */
import { expect } from 'chai';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../../sim/errors.js';
import { RandomStream } from '../../../sim/random.js';
import { TraceOp } from '../../../traces/batch.js';
import { openTraceNamed, traceFormats } from '../../../traces/formats/index.js';
import { encodeRecords } from './blktrace-encoder.js';
import { drain, heldBy, optionsFor, writableFormats, writeTrace, type PlainRecord } from './records.js';

const sound: readonly PlainRecord[] = Array.from({ length: 40 }, (_, i) => ({
  time: i * 1_000_000_000,
  op: i % 3 === 0 ? TraceOp.READ : TraceOp.WRITE,
  offset: i * 4096,
  bytes: 512 * (1 + (i % 8)),
}));

/** Formats that are only read: line `i` of a sound file. */
export const readOnlyLines: Record<string, (i: number) => string> = {
  fiu: (i) => `${89966527950584 + i * 1000} 42 nfsd ${508516672 + i * 8} 8 ${i % 3 === 0 ? 'R' : 'W'} 6 0 88b93b628d84082186026d9da044f173`,
  'disksim-validate': (i) => `${i % 3 === 0 ? 'R' : 'W'} Hit ${4583176 + i * 8} 4 663.00000 ${4542 + i}.00000`,
  nbdkit: (i) => {
    const time = new Date(i * 10).toISOString().slice(0, 23).replace('T', ' ');
    return `${time}265 connection=1 ${i % 3 === 0 ? 'Read' : 'Write'} id=${i} offset=0x${i.toString(16)}000 count=0x1000 ...`;
  },
  cloudphysics: (i) => (i === 0 ? 'version,time,op,size,lbn' : `1,${5633898 + i},${i % 3 === 0 ? '28' : '2a'},512,${42932745 + i}`),
};

/** Bytes of a record in the formats of fixed records. */
const recordBytes: Readonly<Record<string, number>> = { blktrace: 48, 'vscsi-v1': 32, 'vscsi-v2': 40 };
/** Lines of each text format that hold no record. */
const otherLines: Readonly<Record<string, number>> = { csv: 1, systor17: 1, cloudphysics: 1 };

/** A sound file of every format, made in `folder`. */
export function soundFiles(folder: string): Record<string, Buffer> {
  const files: Record<string, Buffer> = { blktrace: encodeRecords(sound) };
  for (const format of writableFormats) {
    const file = path.join(folder, 'sound');
    writeTrace(file, format, heldBy(format, sound));
    files[format] = readFileSync(file);
  }
  for (const [format, line] of Object.entries(readOnlyLines)) {
    files[format] = Buffer.from(sound.map((_, i) => `${line(i)}\n`).join(''));
  }
  const missing = traceFormats.names.filter((name) => files[name] === undefined);
  if (missing.length > 0) throw new Error(`no sound file of ${missing.join(', ')}`);
  return files;
}

/** One kind of damage: the damaged bytes, and how many records it may hide at most. */
type Damage = (bytes: Buffer, random: RandomStream) => readonly [Buffer, hides: number];

const within = (bytes: Buffer, random: RandomStream): number => random.below(Math.max(1, bytes.length));

/** Two parts of a file change places: lines of a text, records or words of a binary file. */
function shuffle(bytes: Buffer, random: RandomStream): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  if (lines.length > 4) {
    const [a, b] = [random.below(lines.length - 1), random.below(lines.length - 1)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
    return Buffer.from(lines.join('\n'), 'latin1');
  }
  const words = Math.floor(bytes.length / 8);
  const [a, b] = [random.below(words) * 8, random.below(words) * 8];
  const out = Buffer.from(bytes);
  bytes.copy(out, a, b, b + 8);
  bytes.copy(out, b, a, a + 8);
  return out;
}

/** A number of a text becomes huge, four bytes of a binary file the largest number. */
function enlarge(bytes: Buffer, random: RandomStream): Buffer {
  const at = within(bytes, random);
  const text = bytes.toString('latin1');
  const number = /[0-9]+/g;
  number.lastIndex = at;
  const found = number.exec(text);
  if (found === null || text.includes('\0')) {
    const out = Buffer.from(bytes);
    out.fill(0xff, at, Math.min(at + 4, out.length));
    return out;
  }
  const digits = '9'.repeat(1 + random.below(30));
  return Buffer.from(text.slice(0, found.index) + digits + text.slice(found.index + found[0].length), 'latin1');
}

const damages: Record<string, Damage> = {
  'cut at its end': (bytes, random) => [bytes.subarray(0, within(bytes, random)), 1],
  'changed bytes': (bytes, random) => {
    const out = Buffer.from(bytes);
    const changes = 1 + random.below(3);
    for (let i = 0; i < changes; i++) out[within(out, random)] = random.below(256);
    return [out, changes];
  },
  'flipped bits': (bytes, random) => {
    const out = Buffer.from(bytes);
    const at = within(out, random);
    out[at] = out[at]! ^ (1 << random.below(8));
    return [out, 1];
  },
  'shuffled parts': (bytes, random) => [shuffle(bytes, random), 2],
  'huge numbers': (bytes, random) => [enlarge(bytes, random), 1],
  'the other byte order': (bytes, random) => {
    const from = random.below(3) === 0 ? 0 : within(bytes, random) & ~7;
    const words = Buffer.from(bytes.subarray(from, from + ((bytes.length - from) & ~7)));
    return [Buffer.concat([bytes.subarray(0, from), random.below(2) === 0 ? words.swap64() : words.swap32()]), Infinity];
  },
  'a missing piece': (bytes, random) => {
    const at = within(bytes, random);
    return [Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(100))]), 1];
  },
  'a piece twice': (bytes, random) => {
    const at = within(bytes, random);
    return [Buffer.concat([bytes.subarray(0, at + random.below(200)), bytes.subarray(at)]), 1];
  },
  'bytes of anything': (bytes, random) => {
    const rubbish = Buffer.from(Array.from({ length: 1 + random.below(20) }, () => random.below(256)));
    const at = within(bytes, random);
    return [Buffer.concat([bytes.subarray(0, at), rubbish, bytes.subarray(at)]), 1];
  },
};

/** How damaged files were read: how many ended in records, and how many in an error. */
export interface Outcome {
  files: number;
  inRecords: number;
  inErrors: number;
}

/**
 * Damages and reads `count` files, in turn of every format in every way. Throws where one ends in anything but all of its records or one
 * InputError that names it.
 */
export function readDamaged(folder: string, count: number, seed: number): Outcome {
  const file = path.join(folder, 'damaged');
  const files = Object.entries(soundFiles(folder));
  const kinds = Object.entries(damages);
  const random = new RandomStream(seed, 'damage');
  const outcome: Outcome = { files: 0, inRecords: 0, inErrors: 0 };
  for (let i = 0; i < count; i++) {
    const [format, whole] = files[i % files.length]!;
    const [kind, damage] = kinds[Math.floor(i / files.length) % kinds.length]!;
    const [bytes, hides] = damage(whole, random);
    rmSync(file, { force: true }); // to write over a file can wait for the disk
    writeFileSync(file, bytes);
    try {
      if (readOne(file, format, random.below(2) === 0, bytes, hides)) outcome.inRecords++;
      else outcome.inErrors++;
    } catch (error) {
      writeFileSync(path.join(folder, 'failing'), bytes);
      throw new Error(`${format} with ${kind}, file ${i} of seed ${seed}`, { cause: error });
    }
    outcome.files++;
  }
  return outcome;
}

/** True where the file ended in records, false in an InputError. */
function readOne(file: string, format: string, isNamed: boolean, bytes: Buffer, hides: number): boolean {
  try {
    const opened = openTraceNamed(file, { ...optionsFor(format), ...(isNamed ? { format } : {}) });
    const records = drain(opened.reader);
    expect(records).not.to.have.length(0);
    records.forEach(({ time }, i) => expect(time).to.be.at.least(i === 0 ? 0 : records[i - 1]!.time));
    if (opened.format === format) expect(records.length).to.be.at.least(expectedRecords(format, bytes) - hides);
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).to.match(/damaged|--time-unit/);
    expect(error.message).not.to.include('\n');
    return false;
  }
}

/** How many records a file of so many lines or bytes holds at least, if it is sound. */
function expectedRecords(format: string, bytes: Buffer): number {
  if (format === 'snaptrace') return sound.length;
  const size = recordBytes[format];
  if (size !== undefined) return Math.floor(bytes.length / size);
  if (format.startsWith('fio')) return bytes.toString('latin1').match(/ (read|write) [0-9]+ [0-9]+\n/g)?.length ?? 0;
  const lines = bytes.toString('latin1').split('\n').length - 1;
  return lines - (otherLines[format] ?? 0);
}
