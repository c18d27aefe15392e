/** What studies of a guest's disk have in common: the image, its disk, and how requests arrive; and the system that they make. */
import { formats } from '../../models/formats/index.js';
import type { ReplayMode } from '../../models/guests/replay.js';
import { InputError } from '../../sim/errors.js';
import { choice } from '../../sim/options.js';
import { formatBytes, sectorBytes } from '../../sim/units.js';
import { choiceOf, group, type Chosen, type SectionValue } from '../config/section.js';
import { setupOf, World, type Setup } from '../run/world.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Refuse } from './study.js';

export const formatSection = choiceOf('the image format, with its options', formats, 'raw');

export const diskSection = group('the virtual disk', {
  size: { kind: 'size', about: "of the virtual disk; 0: the test-bed's", default: 0 },
  backing: { kind: 'size', about: 'of the image template on a server that the image is laid over; 0: none', default: 0 },
  initial: choice(
    'what is allocated before the run: nothing, what is read before it is written, or all',
    ['empty', 'touched', 'full'],
    'touched',
  ),
});

const loadOptions = {
  mode: choice('open: at their times; closed: a fixed number in flight', ['closed', 'open'], 'closed'),
  depth: { kind: 'count', about: 'requests in flight in a closed loop', default: 1, min: 1, max: 4096 },
  timePercent: {
    kind: 'count',
    about: 'factor on the times of an open loop, in percent: 50 is twice as fast',
    default: 100,
    min: 1,
    max: 1_000_000,
  },
} as const;

export const loadSection = group('how requests arrive', loadOptions);
/** Of a recorded trace, whose times mean something. */
export const traceLoadSection = group('how requests arrive', { ...loadOptions, mode: { ...loadOptions.mode, default: 'open' } });

export interface BlockSystem {
  readonly format: Chosen;
  readonly disk: SectionValue<typeof diskSection>;
}

export const modeOf = ({ mode, depth, timePercent }: SectionValue<typeof loadSection>): ReplayMode =>
  mode === 'closed' ? { kind: 'closed', depth } : { kind: 'open', scale: timePercent / 100 };

/** The system that a config describes. */
export const blockSetup = (testbed: TestBed, { format, disk }: BlockSystem, seed: number): Setup => {
  const usual = setupOf(testbed, format.name);
  return {
    ...usual,
    options: format.options,
    diskBytes: disk.size === 0 ? usual.diskBytes : disk.size,
    backingBytes: disk.backing === 0 ? null : disk.backing,
    seed,
  };
};

/** Refuses an image that cannot be made, and a load that does not fit its loop. Makes the image once to see it. */
export function checkBlockSystem(
  testbed: TestBed,
  values: BlockSystem & { readonly load: SectionValue<typeof loadSection> },
  refuse: Refuse,
): void {
  const { format, disk, load } = values;
  const setup = blockSetup(testbed, values, 0);
  for (const [name, bytes] of [
    ['size', disk.size],
    ['backing', disk.backing],
  ] as const)
    if (bytes % sectorBytes !== 0) refuse(`disk.${name}`, `${bytes} B`, 'a multiple of 512 bytes');
  if (disk.backing > 0 && !formats.get(format.name, 'format').hasBacking) {
    const over = [...formats].flatMap(([name, { hasBacking }]) => (hasBacking ? [name] : []));
    refuse('disk.backing', `a template under ${format.name}`, `a format that is laid over one (${over.join(', ')}), or no backing`);
  }
  if (disk.backing > setup.diskBytes)
    refuse('disk.backing', formatBytes(disk.backing), `at most the ${formatBytes(setup.diskBytes)} of the disk`);
  const isClosed = load.mode === 'closed';
  if (isClosed && load.timePercent !== 100)
    refuse('load.timePercent', 'a factor on times in a closed loop, which has none', 'mode: open with it');
  if (!isClosed && load.depth !== 1) refuse('load.depth', 'a depth in an open loop', 'mode: closed with it');
  if (isClosed && load.depth > setup.slots)
    refuse('load.depth', String(load.depth), `at most ${setup.slots}: the hypervisor has no more requests in flight at once`);
  checkImage(setup, refuse);
}

/** Refuses an image that cannot be made, by making it. */
export function checkImage(setup: Setup, refuse: Refuse): void {
  try {
    new World(setup);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    refuse(error.where.includes('disk-size') ? 'disk.size' : 'format', error.found, error.expected);
  }
}
