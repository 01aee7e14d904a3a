#!/usr/bin/env node
// Old Node must be able to parse this file, or it could not say what is needed: nothing newer than ES2015, but import().
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `shadowcheck needs Node.js 22.18 or newer; this is ${process.versions.node}.\n` +
      'Install a current version from https://nodejs.org, or in a clone run it as: npm run shadowcheck -- --help\n',
  );
  process.exitCode = 2;
} else {
  import('node:fs')
    .then((fs) => {
      // A clone runs its sources, so that nobody tests a stale build; the package has `dist` only.
      const source = new URL('../src/cli/main.ts', import.meta.url);
      return import(fs.existsSync(source) ? source.href : new URL('../dist/src/cli/main.js', import.meta.url).href);
    })
    .then((cli) => cli.main(process.argv.slice(2), process.env))
    .then(
      (exitCode) => {
        process.exitCode = exitCode;
      },
      (error) => {
        // Our own bug. Node would exit with 1, which means a mismatch here.
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exitCode = 4;
      },
    );
}
