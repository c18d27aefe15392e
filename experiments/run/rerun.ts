/**
 * Makes a result again from its manifest and says of each of its files whether the bytes are the same. The same command runs in a process of its
 * own; only where it writes is changed. It knows the options that say where a command writes, and no command.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { hashOfFile } from '../../results/file-hash.js';
import { withHome } from '../../results/home.js';
import { differencesOf, readManifest } from '../../results/manifest-file.js';
import type { Manifest } from '../../results/provenance.js';
import { makeFolder } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';
import { manifestOf } from './file-manifest.js';

/** What a command can be told, as far as it matters here. */
export interface CommandShape {
  /** Its long options, with dashes. */
  readonly options: readonly string[];
}

export interface Rerun {
  readonly folder: string;
  readonly files: readonly { readonly file: string; readonly verdict: 'equal' | 'differs' | 'missing' | 'new' }[];
  /** What differs between then and now, a sentence each. */
  readonly differences: readonly string[];
  readonly isEqual: boolean;
}

/** Where a command writes: a folder, or a file. Runs that are done are kept apart, so that everything is made anew. */
const folderOption = '--out';
const fileOptions = ['--requests', '--timeline'];
const storeOption = '--store';

/**
 * @param folder where the result is made again; it is made
 * @param shapeOf what the command of a name takes; null where there is none
 * @param program the words that start snapsim: an executable and its arguments
 * @throws InputError at a manifest that cannot be used, or a command that did not run to its end
 */
export function rerun(
  file: string,
  folder: string,
  workingFolder: string,
  shapeOf: (name: string) => CommandShape | null,
  program: readonly string[],
): Rerun {
  const before = readManifest(file);
  const words = commandAgain(before.command, file, path.resolve(folder), shapeOf);
  makeFolder(folder);
  const { status, signal } = spawnSync(program[0]!, [...program.slice(1), ...words], {
    cwd: workingFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [single] = Object.keys(before.outputs);
  const made = path.join(folder, isFolderManifest(file) ? 'manifest.json' : manifestOf(single ?? ''));
  if (!existsSync(made)) {
    const ended = signal === null ? `status ${String(status)}` : signal;
    throw new InputError(
      file,
      `snapsim ${words.join(' ')}, which ended with ${ended} and left no result`,
      'a command that can be run again here',
    );
  }
  return compare(before, readManifest(made), folder);
}

function compare(before: Manifest, now: Manifest, folder: string): Rerun {
  const verdictOf = (file: string): 'equal' | 'differs' | 'missing' | 'new' => {
    if (!Object.hasOwn(before.outputs, file)) return 'new';
    if (!Object.hasOwn(now.outputs, file)) return 'missing';
    return hashOfFile(path.join(folder, file)) === before.outputs[file] ? 'equal' : 'differs';
  };
  const names = [...new Set([...Object.keys(before.outputs), ...Object.keys(now.outputs)])].sort();
  const files = names.map((file) => ({ file, verdict: verdictOf(file) }));
  return { folder, files, differences: differencesOf(before, now), isEqual: files.every(({ verdict }) => verdict === 'equal') };
}

const isFolderManifest = (file: string): boolean => path.basename(file) === 'manifest.json';

/** The words behind `snapsim`, with other places to write to. Throws InputError at a command that has no result to make again. */
export function commandAgain(
  command: readonly string[],
  manifest: string,
  folder: string,
  shapeOf: (name: string) => CommandShape | null,
): string[] {
  const words = command.slice(1).map(withHome);
  const name = words[0]!.startsWith('-') ? '' : words[0]!;
  const nameWords = shapeOf(`${name} ${words[1] ?? ''}`) === null ? 1 : 2;
  const shape = shapeOf(words.slice(0, nameWords).join(' '));
  const writes = [folderOption, ...fileOptions].filter((option) => shape?.options.includes(option));
  if (command[0] !== 'snapsim' || shape === null || writes.length === 0) {
    throw new InputError(manifest, `the command ${command.join(' ')}`, 'a snapsim command that writes results');
  }
  const placed = redirect(words, shape, folder);
  if (isFolderManifest(manifest) && !placed.includes(folderOption)) placed.push(folderOption, folder);
  if (shape.options.includes(storeOption)) placed.push(storeOption, path.join(folder, '.runs'));
  return placed;
}

/** Each place that the command writes to, within the folder; and without its store. */
function redirect(words: readonly string[], { options }: CommandShape, folder: string): string[] {
  const placed: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const equals = words[i]!.indexOf('=');
    const isJoined = words[i]!.startsWith('--') && equals > 0;
    const option = isJoined ? words[i]!.slice(0, equals) : words[i]!;
    const takesPlace = options.includes(option) && [folderOption, storeOption, ...fileOptions].includes(option);
    if (!takesPlace) {
      placed.push(words[i]!);
      continue;
    }
    const place = isJoined ? words[i]!.slice(equals + 1) : (words[++i] ?? '');
    if (option === folderOption) placed.push(option, folder);
    else if (option !== storeOption) placed.push(option, path.join(folder, path.basename(place)));
  }
  return placed;
}
