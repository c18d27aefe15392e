/** Brings a simulated image into the state after a script of operations, without time, and keeps what its files then hold. */
import { Op, type ImageFormat, type ImageFormatModel } from '../../models/io/image-format.js';
import { carryOut } from '../../models/io/untimed.js';
import { InputError } from '../../sim/errors.js';
import { readOptions } from '../../sim/options.js';
import type { Bytes } from '../../sim/units.js';
import { HostContents } from './host-contents.js';
import type { Operation, Script } from './script.js';

/** An image at rest: what its format knows of its layout, and what stands there. */
export interface SimulatedImage {
  readonly format: ImageFormat;
  readonly contents: HostContents;
}

const opOf: Readonly<Record<Exclude<Operation['kind'], 'reopen'>, Op>> = {
  write: Op.WRITE,
  read: Op.READ,
  flush: Op.FLUSH,
  'snap-create': Op.SNAPSHOT,
  'snap-apply': Op.APPLY,
  'snap-delete': Op.DELETE,
};

/**
 * @param options of the format, as given by a user
 * @throws InputError naming the place in the script of an operation that the image refuses
 */
export function simulate(
  model: ImageFormatModel,
  options: Readonly<Record<string, unknown>>,
  diskBytes: Bytes,
  { operations, whereOf }: Script,
): SimulatedImage {
  const format = model.make({ diskBytes, cache: 'none', slots: 1, backing: null }, readOptions(model.options, options, 'the image'));
  const contents = new HostContents();
  let index = 0;
  const perform = (op: Op, offset: Bytes = 0, bytes: Bytes = 0, name?: string): void =>
    carryOut(format, op, offset, bytes, name, (plan) => contents.carryOut(plan, index));
  perform(Op.CREATE);
  perform(Op.OPEN);
  operations.forEach((operation, i) => {
    index = i;
    refusingAt(whereOf(i), () => {
      if (operation.kind === 'reopen') {
        perform(Op.CLOSE);
        perform(Op.OPEN);
      } else if ('name' in operation) perform(opOf[operation.kind], 0, 0, operation.name);
      else if ('offset' in operation) perform(opOf[operation.kind], operation.offset, operation.bytes);
      else perform(opOf[operation.kind]);
    });
  });
  perform(Op.CLOSE);
  return { format, contents };
}

/** Does what an image may refuse, naming the place in front of its reason. */
function refusingAt(where: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${where}: ${error.where}`, error.found, error.expected);
    throw error;
  }
}
