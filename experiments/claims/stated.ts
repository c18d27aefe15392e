/** Numbers that a paper states, from the ledger: to be drawn beside what was simulated, and to judge it. No model reads them. */
import { loadLedger } from './ledger.js';

/**
 * The number that a claim expects, or that it has under a name.
 * @param where names who asks in errors
 * @throws InputError at an unknown claim; RangeError where it states no such number, as a withheld one does not
 */
export function statedNumber(claim: string, where: string, name?: string): number {
  const { expected } = loadLedger().get(claim, where);
  const value = name === undefined ? expected : (expected as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'number')
    throw new RangeError(`${claim} states no number${name === undefined ? '' : ` "${name}"`}, which ${where} draws`);
  return value;
}
