/**
 * Files of results, written whole or not at all: into a temporary file of the same folder, flushed to the disk, then renamed.
 * It knows nothing of what is in them. A reader never sees half a file, and a failed run leaves the old one.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { InputError } from '../sim/errors.js';
import { onFile } from '../sim/system-errors.js';

/** Makes the folder and those above it. Throws InputError naming the path where that cannot be. */
export function makeFolder(folder: string): void {
  onFile(folder, () => makeFolderBelow(path.resolve(folder)));
}

/** One folder at a time: `recursive` of Node does not return where a file system refuses to make folders (as /proc does). */
function makeFolderBelow(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolderBelow(parent);
  mkdirSync(folder);
}

/**
 * Writes one file whole, replacing what had its name; a symbolic link of that name is replaced, never followed.
 * @throws InputError naming the path: no permission, no such folder, no space
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const writer = new WholeFile(file);
  try {
    writer.append(content);
    writer.commit();
  } finally {
    writer.abandon();
  }
}

/** Writes several files: all of them are on the disk before the first appears under its name. */
export function writeAllWhole(files: ReadonlyMap<string, string | Uint8Array>): void {
  const writers: WholeFile[] = [];
  try {
    for (const [file, content] of files) {
      const writer = new WholeFile(file);
      writers.push(writer);
      writer.append(content);
    }
    for (const writer of writers) writer.commit();
  } finally {
    for (const writer of writers) writer.abandon();
  }
}

/** Finds out early whether `file` could be written, and leaves nothing there. Throws InputError as writing it would. */
export const checkWritable = (file: string): void => new WholeFile(file).abandon();

/** A symbolic link to a folder is none: it would be replaced. */
const isFolder = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true;

/** Who writes: two processes, threads or machines may write a file of the same name at once, and the last one's is kept. */
const writer = `${hostname().replaceAll(/[^A-Za-z0-9-]/g, '-')}.${process.pid}.${threadId}`;
let opened = 0;

/**
 * Removes what writers on this machine that are no more left half-written in a folder, as after `kill -9`. Nobody reads it; it is only in the way.
 */
export function removeAbandoned(folder: string): void {
  const [host] = writer.split('.');
  for (const name of onFile(folder, () => readdirSync(folder))) {
    const [, owner, pid] = /^\..*\.([A-Za-z0-9-]+)\.([0-9]+)\.[0-9]+\.[0-9]+\.partial$/.exec(name) ?? [];
    if (owner === host && !isAlive(Number(pid))) rmSync(path.join(folder, name), { force: true });
  }
}

/** Whether there is such a process; one that may not be asked is one. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** A file that is written piece by piece and appears under its name only when it is committed. */
export class WholeFile {
  private readonly temporary: string;
  private descriptor: number | null;

  /** @throws InputError naming `file` where its folder cannot be written to */
  constructor(readonly file: string) {
    this.temporary = path.join(path.dirname(file), `.${path.basename(file)}.${writer}.${++opened}.partial`);
    this.descriptor = onFile(file, () => {
      const folder = path.dirname(file);
      if (!existsSync(folder)) throw new InputError(file, `no such file or folder as ${folder}`, 'a folder that exists: make it first');
      if (isFolder(file)) throw new InputError(file, 'a folder (EISDIR)', 'a file');
      rmSync(this.temporary, { force: true });
      return openSync(this.temporary, 'wx', 0o644);
    });
  }

  append(content: string | Uint8Array): void {
    this.write(typeof content === 'string' ? Buffer.from(content, 'utf8') : content, null);
  }

  /** Writes at a place, beyond the end too: what nobody writes is a hole of zeros. */
  writeAt(offset: number, bytes: Uint8Array): void {
    this.write(bytes, offset);
  }

  /** Makes the file end at `bytes`. */
  resize(bytes: number): void {
    onFile(this.file, () => ftruncateSync(this.open(), bytes));
  }

  /** Makes the file appear, complete. */
  commit(): void {
    const descriptor = this.open();
    onFile(this.file, () => {
      fsyncSync(descriptor);
      closeSync(descriptor);
      this.descriptor = null;
      try {
        renameSync(this.temporary, this.file);
      } catch (error) {
        rmSync(this.temporary, { force: true });
        throw error;
      }
    });
  }

  /** Removes what was written, if it was not committed. May be called at any time. */
  abandon(): void {
    if (this.descriptor === null) return;
    closeSync(this.descriptor);
    this.descriptor = null;
    rmSync(this.temporary, { force: true });
  }

  /** @param offset where to begin; null goes on behind what was appended last */
  private write(bytes: Uint8Array, offset: number | null): void {
    onFile(this.file, () => {
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.open(), bytes, written, bytes.length - written, offset === null ? null : offset + written);
      }
    });
  }

  private open(): number {
    if (this.descriptor === null) throw new RangeError(`${this.file} was already committed or abandoned`);
    return this.descriptor;
  }
}
