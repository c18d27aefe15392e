/** Data that lies in a page compressed, and how a script of the page gets at it. It knows no chart. */
import { gzipSync } from 'node:zlib';

/** An element that holds a value: nothing in it can end the element, as base64 has no markup. */
export const packed = (id: string, value: unknown): string =>
  `<script type="application/octet-stream" id="${id}">${gzipSync(JSON.stringify(value), { level: 9 }).toString('base64')}</script>`;

/** Defines `unpack(id)`, which answers a promise of the value. Nothing is fetched. Plain ECMAScript 2020, as text. */
export const unpackScript = `
'use strict';
const unpack = async (id) => {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
  const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(text).text());
};
`;
