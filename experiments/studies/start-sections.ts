/** What configs say of a machine that starts from a template, for the kinds of study that start one or many. */
import { formats } from '../../models/formats/index.js';
import { choice, readOptions } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { MiB, type Bytes } from '../../sim/units.js';
import { fileWorkloads } from '../../traces/files/index.js';
import { choiceOf, group, type Choosable, type SectionValues } from '../config/section.js';
import type { ImageRequest } from '../run/boot-image.js';
import { systemIn } from '../run/boot-template.js';
import { setupOf } from '../run/world.js';
import type { TestBed } from '../testbeds/testbed.js';
import { checkImage, formatSection } from './block-sections.js';
import type { Refuse } from './study.js';

/** What says which files are installed is the template's, not the program's. */
const ofTemplate = ['system', 'medianFile', 'filesPerDirectory'];
/** What a program reads of the files that are installed. */
const readsOfTemplate = ['bootRead', 'read'];
const starters = new Registry<Choosable>(
  'program that starts',
  Object.fromEntries(
    ['linux-boot', 'server-start'].map((name) => {
      const { about, options } = fileWorkloads.get(name, 'a start');
      return [name, { about, options: Object.fromEntries(Object.entries(options).filter(([option]) => !ofTemplate.includes(option))) }];
    }),
  ),
);

export const startSections = {
  format: formatSection,
  program: choiceOf('what starts in the machine, with its options', starters, 'linux-boot'),
  image: group('the image and its template', {
    home: choice("the image's files on a raw partition, or on the host's ext3", ['partition', 'ext3'], 'partition'),
    template: { kind: 'size', about: "of the image template; 0: the test-bed's", default: 0 },
    root: { kind: 'size', about: 'the partition of the system in the image', default: 1024 * MiB, min: 64 * MiB },
  }),
} as const;
export type StartValues = SectionValues<typeof startSections>;

/** Below this a system has no room for its journal and tables. */
const leastTemplate = 48 * MiB;

const templateOf = (testbed: TestBed, { image }: StartValues): Bytes =>
  image.template === 0 ? testbed.backingImage.value : image.template;

/** The image of a machine, and the options of what starts in it. */
export function startOf(
  testbed: TestBed,
  values: StartValues,
  seed: number,
): { image: ImageRequest; options: Readonly<Record<string, unknown>> } {
  const { format, program, image } = values;
  const system = systemIn(templateOf(testbed, values));
  return {
    image: { testbed, format: format.name, options: format.options, home: image.home, system, rootBytes: image.root, seed },
    options: { ...program.options, system },
  };
}

/** Refuses a format without templates, a template of a size that has no place, and a program that reads more than is there. */
export function checkStart(testbed: TestBed, values: StartValues, refuse: Refuse): void {
  const { format, program, image } = values;
  const { hasBacking } = formats.get(format.name, 'format');
  if (!hasBacking && format.name !== 'raw') {
    const over = [...formats].flatMap(([name, model]) => (model.hasBacking ? [name] : []));
    refuse('format', `${format.name}, which is laid over no template`, `raw, which is a copy of it, or one of ${over.join(', ')}`);
  }
  checkImage({ ...setupOf(testbed, format.name), options: format.options }, refuse);
  const template = templateOf(testbed, values);
  if (template < leastTemplate) refuse('image.template', `${template} B`, `at least ${leastTemplate} B`);
  if (template > image.root) refuse('image.template', `${template} B`, `at most image.root, ${image.root} B`);
  const system = systemIn(template);
  const wanted = readOptions(fileWorkloads.get(program.name, 'program').options, program.options, program.name);
  for (const option of readsOfTemplate) {
    const bytes = wanted[option] ?? 0;
    if (bytes > system) refuse(`program.${option}`, `${bytes} B`, `at most what is installed in the template, ${system} B`);
  }
}
