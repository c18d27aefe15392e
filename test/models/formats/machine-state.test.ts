import { expect } from 'chai';
import { formats } from '../../../models/formats/index.js';
import { Op } from '../../../models/io/image-format.js';
import { carryOut } from '../../../models/io/untimed.js';
import { InputError } from '../../../sim/errors.js';
import { defaults } from '../../../sim/options.js';
import { MiB } from '../../../sim/units.js';

describe("a machine's state", () => {
  for (const [name, model] of formats) {
    it(`is ${model.keepsState === true ? 'kept' : 'refused'} by ${name}`, () => {
      const image = model.make({ diskBytes: 8 * MiB, cache: 'none', slots: 1, backing: null }, defaults(model.options));
      carryOut(image, Op.CREATE);
      carryOut(image, Op.OPEN);
      const save = (): void => carryOut(image, Op.SAVE_STATE, 0, 1000);
      if (model.keepsState !== true) {
        expect(save).to.throw(InputError, `the image format ${image.formatName}`);
        expect(() => carryOut(image, Op.LOAD_STATE, 0, 1000)).to.throw(InputError, `the image format ${image.formatName}`);
        return;
      }
      save();
      carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
      carryOut(image, Op.APPLY, 0, 0, 'a');
      carryOut(image, Op.LOAD_STATE, 0, 1000);
    });
  }
});
