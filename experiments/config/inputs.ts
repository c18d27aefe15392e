/** The files that a config names, by their contents: a result depends on what is in a trace, not on where it lies. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../sim/errors.js';
import { addFile } from '../../results/file-hash.js';
import { canonicalJson } from '../../results/provenance.js';
import { onFile } from '../../sim/system-errors.js';
import { fileIn, type ReadPoint } from './point.js';

/** The files of a plan, each looked into and hashed once. */
export class InputFiles {
  private readonly byName = new Map<string, string>();
  private readonly looked = new Set<string>();

  /** @param folder what names in the config are relative to */
  constructor(private readonly folder: string) {}

  /** SHA-256 by the name in the config. */
  get hashes(): Record<string, string> {
    return Object.fromEntries(this.byName);
  }

  /** Throws InputError naming a file that is not what it should be. */
  add({ study, values, files, config }: ReadPoint): void {
    if (files.length === 0) return;
    const fileOf = fileIn(this.folder);
    for (const { name } of files) if (!this.byName.has(name)) this.byName.set(name, hashOfInput(fileOf(name), name));
    const sections = canonicalJson(files.map(({ section }) => config[section]));
    if (this.looked.has(sections)) return;
    this.looked.add(sections);
    study.checkFiles?.(values, fileOf);
  }
}

/**
 * Makes a run of files that are what was planned with, before and after: its numbers would otherwise be kept under the hashes of others.
 * @param hashes SHA-256 by the name in the config
 * @param folder what the names are relative to
 * @throws InputError naming the first that changed, or cannot be read any more
 */
export function whileUnchanged<T>(hashes: Readonly<Record<string, string>>, folder: string, run: () => T): T {
  refuseChanged(hashes, folder);
  const made = run();
  refuseChanged(hashes, folder);
  return made;
}

function refuseChanged(hashes: Readonly<Record<string, string>>, folder: string): void {
  const fileOf = fileIn(folder);
  for (const [name, hash] of Object.entries(hashes)) {
    if (rememberedHash(fileOf(name), name) !== hash)
      throw new InputError(name, 'a file that has changed since the run was planned', 'the same contents until the run is over');
  }
}

/** What was hashed in this thread, by file: runs of one plan look at the same files again and again. */
const remembered = new Map<string, { readonly stamp: string; readonly hash: string }>();

/** A stamp tells a later change only when it is older than this: those of some file systems go by steps of up to two seconds. */
const tellingAgeMs = 3000;

/** The hash of an input; read again only if one of its files may have been written to since the last time. */
function rememberedHash(file: string, where: string): string {
  const now = Date.now();
  const stats = filesOfRecording(file, where).map((part) => onFile(where, () => statSync(part, { bigint: true })));
  const stamp = stats.map(({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(' ')).join('\n');
  const known = remembered.get(file);
  if (known?.stamp === stamp) return known.hash;
  const hash = hashOfInput(file, where);
  if (stats.every(({ ctimeMs }) => now - Number(ctimeMs) > tellingAgeMs)) remembered.set(file, { stamp, hash });
  return hash;
}

/**
 * SHA-256 of a file, and of the other files of one recording, as blktrace writes one a CPU.
 * @throws InputError where it cannot be read
 */
export function hashOfInput(file: string, where: string): string {
  const hash = createHash('sha256');
  for (const part of filesOfRecording(file, where)) {
    hash.update(`${path.basename(part)}\n`);
    addFile(hash, part, where);
  }
  return hash.digest('hex');
}

function filesOfRecording(file: string, where: string): string[] {
  const isFile = onFile(where, () => statSync(file).isFile());
  if (!isFile) throw new InputError(where, `${JSON.stringify(path.basename(file))}, which is no plain file`, 'a file');
  const stem = /^(.*\.blktrace\.)[0-9]+/.exec(path.basename(file))?.[1];
  if (stem === undefined) return [file];
  const folder = path.dirname(file);
  return readdirSync(folder)
    .filter((name) => name.startsWith(stem))
    .sort()
    .map((name) => path.join(folder, name));
}
