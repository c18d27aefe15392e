/** `snapsim diff`: two folders of results, and what differs: versions, config, metrics. */
import type { Command } from 'commander';
import { differenceInWords, folderDifference } from '../compare/difference-output.js';
import { readResultFolder } from '../compare/result-folder.js';
import { wholeNumber } from './values.js';

interface Options {
  readonly most: number;
  readonly json?: true;
}

export function addDiff(program: Command): void {
  program
    .command('diff')
    .description('what differs between two folders of results: code and versions, config, and the metrics that moved')
    .argument('<run-a>', 'a folder with manifest.json and rows.jsonl')
    .argument('<run-b>', 'another one')
    .option('--most <n>', 'metrics that are listed at most, of each table', wholeNumber('--most', 1, 1_000_000), 40)
    .option('--json', 'print JSON, with all of them')
    .action((first: string, second: string, options: Options) => {
      const difference = folderDifference(readResultFolder(first), readResultFolder(second));
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(difference, null, 1)}\n`);
      } else process.stdout.write(differenceInWords(difference, options.most).join('\n'));
    });
}
