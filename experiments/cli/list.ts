/** `snapsim list`: everything that can be chosen by name, with its options. */
import type { Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { describe, formatDefault, optionSchema, type OptionSet } from '../../sim/options.js';
import type { Registry } from '../../sim/registry.js';
import { schedulers } from '../../models/devices/schedulers/index.js';
import { fileSystems } from '../../models/filesystems/index.js';
import { formats } from '../../models/formats/index.js';
import { flushControllers } from '../../models/flush/index.js';
import { memoryMethods } from '../../models/memory/index.js';
import { analyticMethods } from '../../models/memory/log-replay.js';
import { pageReductions } from '../../models/memory/reduction/index.js';
import { reclaimPolicies } from '../../models/memory/reclaim/index.js';
import { governors } from '../../models/prefetch/index.js';
import { traceFormats } from '../../traces/formats/index.js';
import { memoryWorkloads } from '../../traces/memory/generated/index.js';
import { syntheticWorkloads } from '../../traces/synthetic/index.js';
import { figures } from '../figures/index.js';
import { drives } from '../testbeds/drives/index.js';
import { studies } from '../studies/index.js';
import { testbeds } from '../testbeds/index.js';

interface Entry {
  readonly about: string;
  readonly options?: OptionSet;
}

const kinds: Readonly<Record<string, Registry<Entry>>> = {
  figures,
  studies,
  formats,
  testbeds,
  drives,
  'prefetch-governors': governors,
  schedulers,
  'file-systems': fileSystems,
  workloads: syntheticWorkloads,
  'trace-formats': traceFormats,
  'memory-methods': memoryMethods,
  'memory-estimates': analyticMethods,
  'page-reductions': pageReductions,
  'memory-workloads': memoryWorkloads,
  'flush-controllers': flushControllers,
  'reclaim-policies': reclaimPolicies,
};

export function addList(program: Command): void {
  program
    .command('list')
    .description('everything that can be chosen by name, with its options')
    .argument('[kind]', Object.keys(kinds).join(', '))
    .option('--json', 'print JSON, with the JSON Schema of the options')
    .action((kind: string | undefined, { json }: { json?: true }) => {
      if (kind !== undefined && !Object.hasOwn(kinds, kind))
        throw new InputError('list', `"${kind}"`, `one of ${Object.keys(kinds).join(', ')}`);
      const chosen = Object.entries(kinds).filter(([name]) => kind === undefined || name === kind);
      process.stdout.write(
        json === true ? `${JSON.stringify(Object.fromEntries(chosen.map(asJson)), null, 1)}\n` : chosen.map(inWords).join('\n'),
      );
    });
}

const asJson = ([name, registry]: readonly [string, Registry<Entry>]): [string, unknown] => [
  name,
  Object.fromEntries(
    [...registry].map(([entry, { about, options }]) => [
      entry,
      { about, ...(options === undefined ? {} : { options: optionSchema(options) }) },
    ]),
  ),
];

function inWords([name, registry]: readonly [string, Registry<Entry>]): string {
  const entries = [...registry].map(([entry, { about, options }]) => {
    const lines = Object.entries(options ?? {}).map(
      ([option, declared]) => `      ${option} = ${formatDefault(declared)}: ${declared.about} (${describe(declared)})`,
    );
    return [`  ${entry}: ${about}`, ...lines].join('\n');
  });
  return `${name}\n${entries.join('\n')}\n`;
}
