/** `snapsim validate memory` and `validate protocol`: methods of memory snapshots against real QEMU, and ConSnap's savers in all interleavings. */
import type { Command } from 'commander';
import { validateProtocol, type ProtocolResult } from '../validate/memory-protocol.js';
import { validateMemory, type MemoryFile } from '../validate/memory.js';
import { table } from './table.js';
import { folderOf, print, type ValidateOptions } from './validate-output.js';

export function addMemoryValidation(validate: Command): void {
  validate
    .command('memory')
    .description('methods of memory snapshots against what real QEMU did')
    .option('--against <folder>', 'recordings of QEMU (default: truth-memory in the folder of reference data)')
    .option('--json', 'print JSON')
    .action((options: ValidateOptions) => {
      const { files } = validateMemory(folderOf(options, 'truth-memory'));
      print(options, { files }, () => `${memoryTable(files)}\n\n${memorySummary(files)}`);
      if (!files.every(({ ok }) => ok)) process.exitCode = 1;
    });
  validate
    .command('protocol')
    .description("ConSnap's savers without a lock: all interleavings, and the shortest counterexample of each variant that is wrong")
    .option('--json', 'print JSON')
    .action((options: ValidateOptions) => {
      const result = validateProtocol();
      print(options, result, () => `${protocolTable(result.variants)}\n\n${counterexamples(result.variants)}`);
      if (!result.variants.every(({ isExpected }) => isExpected)) process.exitCode = 1;
    });
}

function memoryTable(files: readonly MemoryFile[]): string {
  return table(
    ['file', 'holds', 'checks', 'exact', 'widest difference, or why nothing is compared'],
    files.map(({ file, ok, checks, reason }) => [
      file,
      reason === null ? (ok ? 'yes' : 'NO') : '-',
      String(checks.length),
      String(checks.filter(({ real, simulated }) => real === simulated).length),
      reason ?? widest(checks),
    ]),
  );
}

/** The first number that does not hold, or else the one that is furthest from the real one. */
function widest(checks: MemoryFile['checks']): string {
  const distance = ({ real, simulated }: MemoryFile['checks'][number]): number =>
    typeof real === 'number' && typeof simulated === 'number' ? Math.abs(simulated - real) / Math.max(1, Math.abs(real)) : 0;
  const furthest = [...checks].sort((a, b) => Number(a.ok) - Number(b.ok) || distance(b) - distance(a))[0];
  if (furthest === undefined || furthest.real === furthest.simulated) return '';
  return `${furthest.what}: ${furthest.simulated} for ${furthest.real} (${(distance(furthest) * 100).toPrecision(2)} %)`;
}

function memorySummary(files: readonly MemoryFile[]): string {
  const compared = files.filter(({ reason }) => reason === null);
  return `${compared.filter(({ ok }) => ok).length} of ${compared.length} recordings hold; ${files.length - compared.length} hold nothing to compare`;
}

function protocolTable(variants: readonly ProtocolResult[]): string {
  return table(
    ['processors', 'handlers', 'lock', 'handlers clear', 'thread clears', 'copy that counts', 'states', 'verdict', ''],
    variants.map((variant) => [
      String(variant.processors),
      variant.handlers,
      variant.isLocked ? 'yes' : 'no',
      variant.handlerClears,
      variant.threadClears,
      variant.conflict,
      String(variant.states),
      `${variant.isRight ? 'right' : 'WRONG'}${variant.isExpected ? '' : ', unexpected'}`,
      variant.isPaper ? 'as the paper says' : '',
    ]),
  );
}

/** Of the paper's own variants, and of every rule of conflict once. */
function counterexamples(variants: readonly ProtocolResult[]): string {
  return variants
    .filter(({ isRight, isPaper }) => !isRight && isPaper)
    .map((variant) => {
      const title = `${variant.processors} processors, handlers ${variant.handlers}; handlers clear ${variant.handlerClears}, thread ${variant.threadClears}: ${variant.wrong ?? ''}`;
      return [title, ...variant.steps.map((step, i) => `  ${String(i + 1).padStart(2)}. ${step}`)].join('\n');
    })
    .join('\n\n');
}
