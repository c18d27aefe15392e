/** The real programs that judge exported files. It knows no model. */
import { spawnSync } from 'node:child_process';

/** Whether qemu-img and qemu-io are installed. */
export const hasQemu = ['qemu-img', 'qemu-io'].every((program) => spawnSync(program, ['--version']).status === 0);

/** Runs a program and answers its exit status and all that it said. */
export function judge(program: 'qemu-img' | 'qemu-io', ...words: readonly string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 64e6, timeout: 60_000 });
  return { status, text: `${stdout}${stderr}` };
}
