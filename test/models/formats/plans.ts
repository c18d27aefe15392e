/** Writes plans as text, for tests of image formats: `W 0 65536+512` is a write of file 0; BLOCKING entries end with `!`. */
import type { ImageFormat, Op } from '../../../models/io/image-format.js';
import { Mode, type Plan } from '../../../models/io/plan.js';
import { carryOut } from '../../../models/io/untimed.js';

export const planText = (plan: Plan): string[] =>
  Array.from({ length: plan.size }, (_, i) => {
    const blocking = plan.mode[i] === Mode.BLOCKING ? '!' : '';
    return `${'RWFZPTAaS'[plan.kind[i]!]!} ${plan.file[i]!} ${plan.offset[i]!}+${plan.bytes[i]!}${blocking}`;
  });

/** The steps of an operation that meets no other. */
export function stepsOf(format: ImageFormat, op: Op, offset = 0, bytes = 0, name?: string): string[][] {
  const steps: string[][] = [];
  carryOut(format, op, offset, bytes, name, (plan) => steps.push(planText(plan)));
  return steps;
}
