/** `snapsim rerun`: a result again from its manifest, compared byte by byte. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { rerun, type CommandShape, type Rerun } from '../run/rerun.js';

interface Options {
  readonly out?: string;
  readonly from: string;
  readonly json?: true;
}

export function addRerun(program: Command): void {
  program
    .command('rerun')
    .description('make a result again from its manifest, and compare the bytes of each file: exit status 1 where they differ')
    .argument('<manifest>', 'the manifest.json in a folder of results, or FILE.manifest.json beside a file')
    .option('--out <folder>', 'where the result is made again (default: a temporary one, which is kept where something differs)')
    .option('--from <folder>', 'the folder that the command was run in: names of configs and traces are relative to it', '.')
    .option('--json', 'print JSON')
    .action((manifest: string, options: Options) => {
      if (options.out === '') throw new InputError('--out', 'an empty text', 'a folder');
      const folder = options.out ?? mkdtempSync(path.join(tmpdir(), 'snapsim-rerun-'));
      const main = fileURLToPath(new URL('./main.js', import.meta.url));
      // Names of the command are relative to another folder than those that are given here.
      const result = rerun(manifest, path.resolve(folder), options.from, (name) => shapeIn(program, name), [process.execPath, main]);
      process.stdout.write(
        options.json === true ? `${JSON.stringify(result, null, 1)}\n` : inWords(result, options.out !== undefined || !result.isEqual),
      );
      if (!result.isEqual) process.exitCode = 1;
      else if (options.out === undefined) rmSync(folder, { recursive: true });
    });
}

/** What a command or a command of a command takes. */
function shapeIn(program: Command, name: string): CommandShape | null {
  let found: Command | undefined = program;
  for (const word of name.split(' ')) found = found?.commands.find((command) => command.name() === word);
  return found === undefined ? null : { options: found.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : [])) };
}

/** @param isKept whether the folder is there afterwards: only then it is named */
function inWords({ files, differences, isEqual, folder }: Rerun, isKept: boolean): string {
  const width = Math.max(...files.map(({ verdict }) => verdict.length));
  const listed = files.map(({ file, verdict }) => `${verdict.padEnd(width)}  ${file}`);
  const verdict = isEqual ? `all ${files.length} files are equal` : 'not the same bytes';
  const why = differences.length === 0 ? ['nothing that is known differs between then and now'] : differences;
  return [
    ...listed,
    '',
    isKept ? `${verdict}; made again in ${folder}` : verdict,
    ...(isEqual && differences.length === 0 ? [] : why),
    '',
  ].join('\n');
}
