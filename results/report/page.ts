/**
 * The frame of a page that needs nothing else: no network, no server, and no script to be readable. It knows no report.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { element, inlineScript } from './html.js';
import { styleSheet } from './look.js';

/** Scripts may run only from the page itself, never from text that is made on the way; nothing may be fetched. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";

export interface PageParts {
  readonly title: string;
  /** HTML. */
  readonly header: string;
  readonly main: string;
  /** JavaScript, run in this order once the page stands. */
  readonly scripts: readonly string[];
}

/** The whole page; equal parts give equal pages. */
export const renderPage = ({ title, header, main, scripts }: PageParts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
${element('title', title)}
<style>${styleSheet}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
${header}
</header>
<main id="content" tabindex="-1">
${main}
</main>
${scripts.map((code) => `<script>${inlineScript(code)}</script>`).join('\n')}
</body>
</html>
`;

const require = createRequire(import.meta.url);
/** The build for browsers that lies beside a package's main module. */
const runtimeScript = (name: string, file: string): string =>
  readFileSync(path.join(path.dirname(require.resolve(name)), file), 'utf8').replace(/\/\/# sourceMappingURL=.*$/gm, '');

/** What draws charts in a browser. */
export const chartRuntime = (): string[] => [runtimeScript('vega', 'vega.min.js'), runtimeScript('vega-embed', 'vega-embed.min.js')];
