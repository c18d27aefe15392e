/** The JSON Schema of configs: what is shipped is what is generated, and it accepts and refuses as the readers do. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { schemaText } from '../../../experiments/cli/schema.js';
import { configSchema } from '../../../experiments/config/schema.js';
import { packageRoot } from '../../../experiments/places.js';
import { studies } from '../../../experiments/studies/index.js';

const examples = path.join(packageRoot, 'experiments', 'examples');

describe('the schema of configs', () => {
  const accepts = new Ajv2020({ strict: false, allErrors: false }).compile(configSchema());

  it('is shipped for editors as it is generated', () => {
    expect(readFileSync(path.join(packageRoot, 'experiments', 'config', 'snapsim.schema.json'), 'utf8')).equal(schemaText());
  });

  for (const file of readdirSync(examples).filter((name) => name.endsWith('.yaml'))) {
    it(`accepts the example ${file}`, () => {
      const text = readFileSync(path.join(examples, file), 'utf8');
      expect(accepts(parse(text)), JSON.stringify(accepts.errors)).equal(true);
      expect(text.split('\n')[0]).equal('# yaml-language-server: $schema=../config/snapsim.schema.json');
    });
  }

  for (const [what, text] of [
    ['an unknown key', '{study: workload, fromat: raw}'],
    ['an unknown kind', '{study: worklaod}'],
    ['an unknown format', '{study: workload, format: qcow3}'],
    ['an option of another format', '{study: workload, format: {name: raw, cluster: 64KiB}}'],
    ['a count that is none', '{study: workload, load: {depth: many}}'],
    ['a warm-up of what has an end', '{study: boot, warmUp: 10s}'],
    ['a range with two ways to go', '{study: workload, sweep: {load.depth: {from: 1, to: 8, step: 1, factor: 2}}}'],
    ['an unknown metric', '{study: workload, until: {metric: iop, halfWidth: 5%}}'],
    ['an unknown parameter', '{study: workload, testbed: {set: {queuDepth: 4}}}'],
  ] as const) {
    it(`refuses ${what}`, () => expect(accepts(parse(text))).equal(false));
  }

  it('describes every kind of study, of whose options none has the name of the choice itself', () => {
    const { $defs } = configSchema() as { $defs: Record<string, unknown> };
    for (const [name, { sections }] of studies) {
      expect($defs).to.have.property(name);
      for (const section of Object.values(sections))
        if (section.kind === 'choice') for (const [, { options }] of section.registry) expect(options).not.to.have.property('name');
    }
  });
});
