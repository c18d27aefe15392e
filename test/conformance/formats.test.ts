import { expect } from 'chai';
import fc from 'fast-check';
import { formats } from '../../models/formats/index.js';
import { casesOf, runCase } from './format-cases.js';

const runs = 94;
/** Each format must stand at least so many operations, both ways together. */
const leastOperations = 10_000;

for (const [name] of formats) {
  describe(`image format ${name}`, function () {
    this.timeout(60_000);

    let operations = 0;
    const keepsContent = (alone: boolean): void =>
      fc.assert(
        fc.property(casesOf(name), (given) => {
          runCase(name, given, alone);
          operations += given.acts.length;
        }),
        { numRuns: runs },
      );

    it('keeps the content of the disk and of every snapshot, request by request', () => keepsContent(true));

    it('keeps them with several requests in flight, whatever the order in which host I/O is done', () => keepsContent(false));

    it(`has stood ${leastOperations} random operations`, () => {
      process.stdout.write(`      ${name}: ${operations} random operations\n`);
      expect(operations).to.be.at.least(leastOperations);
    });
  });
}
