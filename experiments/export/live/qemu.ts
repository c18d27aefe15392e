/** The installed programs of QEMU: what they are asked and what they say. It knows no model. */
import { spawnSync } from 'node:child_process';

type Program = 'qemu-img' | 'qemu-io';

interface Answer {
  readonly status: number | null;
  /** What the program printed, errors behind the rest. */
  readonly text: string;
}

/** Most that a program may take before it counts as failed. */
const timeoutMs = 60_000;

/** Runs a program to its end. */
export function ask(program: Program, ...words: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 64e6, timeout: timeoutMs });
  return { status, text: `${stdout}${stderr}` };
}

/** Runs a program that has to succeed. Throws Error with what it said where it does not. */
export function demand(program: Program, ...words: readonly string[]): string {
  const { status, text } = ask(program, ...words);
  if (status !== 0) throw new Error(`${program} ${words[0] ?? ''} failed: ${text.trim()}`);
  return text;
}

/** Whether qemu-img and qemu-io are installed. */
export const hasQemu = (): boolean => (['qemu-img', 'qemu-io'] as const).every((program) => ask(program, '--version').status === 0);
