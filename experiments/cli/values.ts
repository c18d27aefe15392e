/** Readers of option values for the command line: each refuses what it cannot use, naming the option. */
import { InputError } from '../../sim/errors.js';

/** A whole number within bounds. */
export const wholeNumber =
  (option: string, min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || value < min || value > max)
      throw new InputError(option, `"${text}"`, `a whole number from ${min} to ${max}`);
    return value;
  };

/** A positive number. */
export const positiveNumber =
  (option: string) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || !(value > 0)) throw new InputError(option, `"${text}"`, 'a number above 0');
    return value;
  };

/** Names separated by commas, none of them empty. */
export const names =
  (option: string) =>
  (text: string): string[] => {
    const list = text.split(',').map((name) => name.trim());
    if (list.includes('')) throw new InputError(option, `"${text}"`, 'names separated by commas');
    return list;
  };

/** Options but for those that only say where results go. */
export const besides = <T extends object>(options: T, names: readonly (keyof T & string)[]): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !(names as readonly string[]).includes(name))) as Partial<T>;
