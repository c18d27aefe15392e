// Builds after `npm ci` in a checkout; a production install, which has no compiler, uses the `dist` that is there.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
try {
  require.resolve('typescript');
} catch {
  console.log('snapsim: no TypeScript compiler here, the build is skipped');
  process.exit(0);
}
execFileSync(process.execPath, [require.resolve('typescript/lib/tsc.js')], { stdio: 'inherit' });
