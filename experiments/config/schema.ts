/** The JSON Schema (2020-12) of configs, made from the same declarations that check them: for completion and checks in editors. */
import { optionSchema } from '../../sim/options.js';
import { parametersOf } from '../testbeds/parameters.js';
import { testbeds } from '../testbeds/index.js';
import { studies } from '../studies/index.js';
import type { AnyStudyKind } from '../studies/study.js';
import { percentPattern, replicationOptions, untilOptions } from './replication.js';
import { recordSection } from './record.js';
import type { ChoiceSection, Section } from './section.js';
import { namesFor } from './testbed-section.js';

type Schema = Readonly<Record<string, unknown>>;

export const configSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A study for snapsim run',
  type: 'object',
  required: ['study'],
  properties: { study: { description: 'the kind of study', enum: studies.names } },
  allOf: studies.names.map((name) => ({
    if: { properties: { study: { const: name } }, required: ['study'] },
    then: { $ref: `#/$defs/${name}` },
  })),
  $defs: {
    testbed: testbedSchema(),
    parameters: { type: 'object', additionalProperties: false, properties: parameterSchemas() },
    sweep: sweepSchema,
    ...Object.fromEntries([...studies].map(([name, study]) => [name, studySchema(name, study)])),
  },
});

const studySchema = (name: string, study: AnyStudyKind): Schema => ({
  description: `${study.about} (${study.horizon})`,
  type: 'object',
  additionalProperties: false,
  properties: {
    study: { const: name },
    name: { description: "the study's name, and that of its folder of results", type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' },
    testbed: { $ref: '#/$defs/testbed', description: `the machine (default: ${study.testbed})` },
    ...Object.fromEntries(Object.entries(study.sections).map(([section, declared]) => [section, sectionSchema(declared)])),
    ...(study.horizon === 'terminating' ? {} : { warmUp: warmUpSchema }),
    ...(optionSchema(replicationOptions)['properties'] as Schema),
    until: untilSchema(study),
    ...(study.records === undefined ? {} : { record: sectionSchema(recordSection) }),
    sweep: { $ref: '#/$defs/sweep' },
  },
});

/** What a sweep sets need not stand in the config, so nothing but the kind of study is required. */
const sectionSchema = (section: Section): Schema =>
  section.kind === 'group' ? { description: section.about, ...optionSchema(section.options) } : choiceSchema(section);

const choiceSchema = ({ about, registry, default: fallback }: ChoiceSection): Schema => ({
  description: about,
  ...(fallback === null ? {} : { default: fallback }),
  oneOf: [
    { enum: registry.names },
    ...[...registry].map(([name, entry]) => {
      const { properties } = optionSchema(entry.options) as { properties: Schema };
      const named = { name: { const: name }, ...properties };
      return { description: entry.about, type: 'object', required: ['name'], additionalProperties: false, properties: named };
    }),
    // The name may come from the sweep, and then so may the options.
    { type: 'object', not: { required: ['name'] } },
  ],
});

const testbedSchema = (): Schema => ({
  oneOf: [
    { enum: testbeds.names },
    {
      type: 'object',
      additionalProperties: false,
      properties: {
        name: { enum: testbeds.names },
        set: changesSchema('parameters that are moved, within what is left open of the machine'),
        whatIf: changesSchema("parameters that are moved anywhere: no machine of the paper's any more"),
      },
    },
  ],
});

const changesSchema = (description: string): Schema => ({ description, $ref: '#/$defs/parameters' });

/** The parameters of all test-beds; each has its own of some. */
function parameterSchemas(): Schema {
  const all = [...testbeds].flatMap(([, testbed]) => parametersOf(testbed));
  return Object.fromEntries(
    all.map(({ path, value, unit, source }): [string, Schema] => {
      const names = namesFor(path);
      const type = typeof value === 'number' ? ['number', 'string'] : typeof value;
      return [path, { description: `${unit === '' ? '' : `${unit}: `}${source}`, ...(names === null ? { type } : { enum: names }) }];
    }),
  );
}

const warmUpSchema: Schema = {
  description: 'what is left out at the beginning of a run: a time, a share, or what MSER-5 finds',
  anyOf: [
    { enum: ['none', 'mser-5'] },
    { type: 'string', pattern: percentPattern },
    { type: 'string', pattern: '^[0-9.]+ ?(ns|us|ms|s|min|h)$' },
  ],
};

const untilSchema = ({ columns }: AnyStudyKind): Schema => ({
  description: "run until the 95 % interval of a metric's mean is narrow enough, in place of a number of replications",
  type: 'object',
  additionalProperties: false,
  required: ['metric', 'halfWidth'],
  properties: {
    metric: { enum: columns.filter(({ unit }) => unit !== '').map(({ name }) => name) },
    halfWidth: { description: "half the interval's width over the mean, such as 5%", type: 'string', pattern: percentPattern },
    ...(optionSchema(untilOptions)['properties'] as Schema),
  },
});

const scalar = { type: ['string', 'number', 'boolean'] };
const axis: Schema = {
  oneOf: [
    { type: 'array', minItems: 1 },
    {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'to'],
      oneOf: [{ required: ['step'] }, { required: ['factor'] }],
      properties: { from: scalar, to: scalar, step: scalar, factor: { type: 'number' } },
    },
  ],
};

const sweepSchema: Schema = {
  description: 'paths such as format.cluster with a list or a range of values; all combinations of them are run',
  type: 'object',
  properties: {
    paired: {
      description: 'paths with lists of the same length, which go through them together',
      type: 'object',
      additionalProperties: axis,
    },
  },
  additionalProperties: axis,
};
