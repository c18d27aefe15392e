/** Paths of the user's home folder, which have no place in what is passed on: `~` stands for it, as in a shell. */
import { homedir } from 'node:os';

/** Where a path may begin in a word of a command: at its start, or behind `=`, `:` or `,`. */
const starts = String.raw`(^|[=:,])`;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The word with `~` for the home folder. */
export function withoutHome(word: string): string {
  const home = homedir();
  if (home === '' || home === '/') return word;
  return word.replace(new RegExp(`${starts}${escaped(home)}(?=/|$)`, 'g'), '$1~');
}

/** The word with the home folder of whoever asks for `~`. */
export const withHome = (word: string): string =>
  word.replace(new RegExp(`${starts}~(?=/|$)`, 'g'), (_, start: string) => start + homedir());
