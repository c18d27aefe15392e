// Builds after `npm ci` in a checkout; a production install, which has no compiler, uses the `dist` that is there.
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
try {
  require.resolve('typescript');
} catch {
  console.log('snapsim: no TypeScript compiler here, the build is skipped');
  process.exit(0);
}
execFileSync(process.execPath, [require.resolve('typescript/lib/tsc.js')], { stdio: 'inherit' });
// Who does not own the checkout cannot make it so when the command is called.
chmodSync(fileURLToPath(new URL('../dist/experiments/cli/main.js', import.meta.url)), 0o755);
