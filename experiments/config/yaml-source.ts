/**
 * A config's text as a tree with places. It is YAML without what makes YAML dangerous or surprising: no aliases (and so no bombs), no tags, no merge
 * keys, one document; every scalar is the text that stands there, so no number loses digits and `no` is not false.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';
import type { Placed, PlacedEntry } from './placed.js';

const bytesAtMost = 1 << 20;
const depthAtMost = 16;

/** Reads a config file. Throws InputError with file:line:column at what is not the YAML of configs. */
export function readConfigFile(file: string): { readonly text: string; readonly tree: Placed } {
  const text = onFile(file, () => {
    const size = statSync(file).size;
    if (size > bytesAtMost) throw new InputError(file, `${size} bytes`, `a config of at most ${bytesAtMost}`);
    return readFileSync(file, 'utf8');
  });
  return { text, tree: parseConfig(text, path.basename(file)) };
}

/** @param of what errors name in front of the line and column; for a text of one line of its own, `--set path` */
export function parseConfig(text: string, of: string, hasLines = true): Placed {
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return hasLines ? `${of}:${line}:${col}` : of;
  };
  refuseDepth(text, of);
  const documents = parseAllDocuments(text, { schema: 'failsafe', lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const first = documents[0];
  if (first === undefined) throw new InputError(of, 'an empty config', 'at least the key "study"');
  for (const document of documents) refuseErrors(document, at);
  if (documents.length > 1) throw new InputError(at(documents[1]!.range[0]), 'a second document', 'one document');
  return placed(first.contents, at, at(0), 0);
}

/** A parser of nested brackets runs out of stack before it finds an error; no config has as many. */
function refuseDepth(text: string, of: string): void {
  const bracketsAtMost = 4 * depthAtMost;
  let open = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') open += 1;
    else if (token === ']' || token === '}') open = Math.max(0, open - 1);
    if (open > bracketsAtMost)
      throw new InputError(of, `more than ${bracketsAtMost} brackets in each other`, `at most ${depthAtMost} levels`);
  }
  if (/(?:[-?][ \t]+){65}/.test(text)) throw new InputError(of, 'more than 64 lists in each other', `at most ${depthAtMost} levels`);
}

function refuseErrors({ errors, warnings }: Document.Parsed, at: (offset: number) => string): void {
  const [error] = [...errors, ...warnings];
  if (error === undefined) return;
  const place = at(error.pos[0]);
  throw new InputError(place, `no YAML: ${error.message.replaceAll('\n', ' ')}`, 'keys and values, as in the examples');
}

function placed(node: Node | null, at: (offset: number) => string, around: string, depth: number): Placed {
  const place = node?.range === undefined || node.range === null ? around : at(node.range[0]);
  if (depth > depthAtMost) throw new InputError(place, 'a value in more maps and lists than that', `at most ${depthAtMost} levels`);
  if (node === null) return { kind: 'text', at: place, text: '' };
  if (isAlias(node)) throw new InputError(place, `the alias *${node.source}`, 'the value itself: configs have no aliases');
  if (node.tag !== undefined) throw new InputError(place, `the tag ${node.tag}`, 'the value alone: configs have no tags');
  if (isScalar(node)) return { kind: 'text', at: place, text: typeof node.value === 'string' ? node.value : '' };
  if (isSeq(node)) return { kind: 'list', at: place, items: node.items.map((item) => placed(item as Node | null, at, place, depth + 1)) };
  if (!isMap(node)) throw new InputError(place, 'something else', 'a text, a list or a map');
  const entries = new Map<string, PlacedEntry>();
  for (const { key, value } of node.items) {
    const name = placed(key as Node | null, at, place, depth + 1);
    if (name.kind !== 'text') throw new InputError(name.at, `a ${name.kind} as a key`, 'a name');
    if (entries.has(name.text)) throw new InputError(name.at, 'a key that stands here a second time', 'each key once');
    entries.set(name.text, { at: name.at, value: placed(value as Node | null, at, name.at, depth + 1) });
  }
  return { kind: 'map', at: place, entries };
}
