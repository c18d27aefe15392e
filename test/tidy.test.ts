/** The rules of the house, as tests: which way imports point, what models may not do, how long things may be. */
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../experiments/places.js';

const linesPerFile = 400;
const linesPerFunction = 70;
const linesOfReadme = 150;

/** What each folder may import from, itself included. */
const layers: Readonly<Record<string, readonly string[]>> = {
  sim: ['sim'],
  traces: ['sim', 'traces'],
  models: ['sim', 'traces', 'models'],
  results: ['sim', 'results'],
  experiments: ['sim', 'traces', 'models', 'results', 'experiments'],
  test: ['sim', 'traces', 'models', 'results', 'experiments', 'test'],
};

const topLevel = new Set([
  ...Object.keys(layers),
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'README.md',
  'LICENSE',
  'CITATION.cff',
  'CHANGELOG.md',
]);

/** Modules that a process starts with, and so nobody imports. */
const isEntryPoint = (file: string): boolean => /\.test\.ts$|(^|\/)(main|.*-worker|reporter)\.ts$|^test\/bench\//.test(file);

function trackedFiles(): string[] {
  // Without a .git (a package unpacked by hand) there is nothing to list.
  if (!existsSync(path.join(packageRoot, '.git'))) return [];
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: packageRoot, encoding: 'utf8' });
  return listed.split('\n').filter((file) => file !== '' && existsSync(path.join(packageRoot, file)));
}

interface Source {
  readonly file: string;
  readonly layer: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

const read = (file: string): Source => {
  const text = readFileSync(path.join(packageRoot, file), 'utf8');
  return { file, layer: file.split('/')[0]!, text, tree: ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true) };
};

/** Every node of a tree, depth first. */
function* nodes(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* nodes(child);
}

/** The modules that a file names in imports, exports and `new URL(..., import.meta.url)`. */
function importsOf(source: Source): string[] {
  const found: string[] = [];
  for (const node of nodes(source.tree)) {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    if (isImport && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) found.push(node.moduleSpecifier.text);
    if (ts.isNewExpression(node) && node.expression.getText() === 'URL' && node.arguments?.[0] !== undefined) {
      const argument = node.arguments[0];
      if (ts.isStringLiteral(argument)) found.push(argument.text);
    }
  }
  return found;
}

const resolved = (source: Source, target: string): string =>
  path.posix.join(path.posix.dirname(source.file), target).replace(/\.js$/, '.ts');

const isClockOrChance = (node: ts.Node): boolean =>
  ts.isPropertyAccessExpression(node) && ['Math.random', 'Date.now', 'performance.now', 'process.hrtime'].includes(node.getText());

const isAsync = (node: ts.Node): boolean =>
  ts.isAwaitExpression(node) ||
  node.kind === ts.SyntaxKind.AsyncKeyword ||
  (ts.isIdentifier(node) && ['Promise', 'setTimeout', 'setImmediate', 'queueMicrotask'].includes(node.text));

const isOutside = (node: ts.Node): boolean =>
  ts.isIdentifier(node) && ['process', 'Date', 'performance', 'globalThis', 'console'].includes(node.text);

const isFunction = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isArrowFunction(node) ||
  ts.isFunctionExpression(node) ||
  ts.isConstructorDeclaration(node);

describe('tidy', () => {
  const files = trackedFiles();
  const sources = files.filter((file) => file.endsWith('.ts') && Object.hasOwn(layers, file.split('/')[0]!)).map(read);

  it('has only the agreed entries at the top', () => {
    const entries = new Set(files.map((file) => file.split('/')[0]!));
    expect([...entries].filter((entry) => !entry.startsWith('.') && !topLevel.has(entry))).to.deep.equal([]);
  });

  it('imports one way', () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((target) => target.startsWith('.'))
        .map((target) => resolved(source, target))
        .filter((target) => !layers[source.layer]!.includes(target.split('/')[0]!) && target !== 'package.ts')
        .map((target) => `${source.file} imports ${target}`),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('keeps clocks, chance, async and the outside world out of sim/ and models/', () => {
    const wrong = sources
      .filter(({ layer }) => layer === 'sim' || layer === 'models')
      .flatMap((source) => [
        ...[...nodes(source.tree)]
          .filter((node) => isClockOrChance(node) || isAsync(node) || isOutside(node))
          .map(
            (node) =>
              `${source.file}:${source.tree.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${node.getText().slice(0, 40)}`,
          ),
        ...importsOf(source)
          .filter((target) => target.startsWith('node:'))
          .map((target) => `${source.file} imports ${target}`),
      ]);
    expect(wrong).to.deep.equal([]);
  });

  it('draws random numbers from named streams only', () => {
    const wrong = sources
      .filter(({ file }) => !file.startsWith('test/') && file !== 'sim/random.ts')
      .filter((source) => importsOf(source).includes('seedrandom') || source.text.includes('Math.random'))
      .map(({ file }) => file);
    expect(wrong).to.deep.equal([]);
  });

  it('has no file that nobody uses', () => {
    const used = new Set(sources.flatMap((source) => importsOf(source).map((target) => resolved(source, target))));
    expect(sources.map(({ file }) => file).filter((file) => !used.has(file) && !isEntryPoint(file))).to.deep.equal([]);
  });

  it('has no exported name that nobody uses', () => {
    const exported = sources
      .filter(({ file }) => !isEntryPoint(file))
      .flatMap((source) =>
        source.tree.statements
          .filter(
            (statement) =>
              ts.canHaveModifiers(statement) &&
              ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true,
          )
          .flatMap((statement) =>
            ts.isVariableStatement(statement)
              ? statement.declarationList.declarations.map((declaration) => declaration.name.getText())
              : ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)
                ? [statement.name!.text]
                : [],
          )
          .map((name) => ({ name, source })),
      );
    const words = new Map(sources.map((source) => [source.file, new Set(source.text.match(/[A-Za-z_$][\w$]*/g))]));
    const unused = exported.filter(({ name, source }) => ![...words].some(([file, set]) => file !== source.file && set.has(name)));
    expect(unused.map(({ name, source }) => `${source.file}: ${name}`)).to.deep.equal([]);
  });

  it(`has files of at most ${linesPerFile} lines and functions of at most ${linesPerFunction}`, () => {
    const lines = (node: ts.Node, tree: ts.SourceFile): number =>
      tree.getLineAndCharacterOfPosition(node.end).line - tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    const wrong = sources.flatMap((source) => [
      ...(source.text.split('\n').length > linesPerFile + 1 ? [source.file] : []),
      ...[...nodes(source.tree)]
        .filter((node) => isFunction(node) && source.layer !== 'test' && lines(node, source.tree) > linesPerFunction)
        .map((node) => `${source.file}:${source.tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`),
    ]);
    expect(wrong).to.deep.equal([]);
  });

  it(`has a README of at most ${linesOfReadme} lines`, () => {
    expect(readFileSync(path.join(packageRoot, 'README.md'), 'utf8').split('\n').length).to.be.at.most(linesOfReadme + 1);
  });

  it('names no folder of one machine', () => {
    const texts = files.filter(
      (file) => /\.(ts|js|mjs|json|md|ya?ml)$|^\.ci\//.test(file) && file !== 'test/tidy.test.ts' && !file.startsWith('test/fixtures/'),
    );
    expect(
      texts.filter((file) => /\/(work|home|root|Users)\/[a-z]/.test(readFileSync(path.join(packageRoot, file), 'utf8'))),
    ).to.deep.equal([]);
  });
});
