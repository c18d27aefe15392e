/** Models that make something of their options and of what they are given: as they are declared, and as registries hold them. */
import { readOptions, type OptionSet, type Values } from './options.js';

/** As it is declared: `make` sees the types of its options. `Given` is what else it needs. */
export interface Maker<S extends OptionSet, Given extends readonly unknown[], T> {
  readonly about: string;
  /** Where the idea stands. */
  readonly source: string;
  readonly options: S;
  make(...given: [...Given, values: Values<S>]): T;
}

/** As a registry holds it: options are read from text or plain values when something is made. */
export interface NamedMaker<Given extends readonly unknown[], T> {
  readonly about: string;
  readonly source: string;
  readonly options: OptionSet;
  /** Throws InputError, naming `where`, at options that are unknown or wrong. */
  make(...given: [...Given, options: Readonly<Record<string, unknown>>, where: string]): T;
}

/** Makes a model ready for a registry. */
export const named = <S extends OptionSet, Given extends readonly unknown[], T>(model: Maker<S, Given, T>): NamedMaker<Given, T> => ({
  about: model.about,
  source: model.source,
  options: model.options,
  make: (...all) => {
    const given = all.slice(0, -2) as unknown as Given;
    const [options, where] = all.slice(-2) as [Readonly<Record<string, unknown>>, string];
    return model.make(...given, readOptions(model.options, options, where));
  },
});
