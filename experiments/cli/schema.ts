/** `snapsim schema`: the JSON Schema of configs. */
import type { Command } from 'commander';
import { configSchema } from '../config/schema.js';

/** As it is printed, and as it is shipped for editors. */
export const schemaText = (): string => `${JSON.stringify(configSchema(), null, 1)}\n`;

export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('the JSON Schema of configs for snapsim run: gives editors completion and checks')
    .action(() => void process.stdout.write(schemaText()));
}
