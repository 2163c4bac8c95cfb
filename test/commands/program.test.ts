import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgram } from '../../plugin/commands/program.js';
import { programCommands } from '../../plugin/commands/registration.js';
import { registrations } from '../../plugin/features.js';
import { registrations as standaloneRegistrations } from '../../plugin/panel/standalone/registrations.js';
import { programFolder } from '../../plugin/runtime/paths.js';

const declared = [programCommands, ...registrations, ...standaloneRegistrations].flatMap(
  ({ commands = [] }) => commands,
);
const names = [...new Set(declared.map(({ name }) => name))];

describe('the command line', () => {
  it('lists every command, each with a description from one feature', () => {
    const help = createProgram().helpInformation();
    for (const name of names) {
      const texts = declared.filter((each) => each.name === name && each.does !== undefined);
      assert.equal(texts.length, 1, name);
      assert.match(help, new RegExp(`^  ${name} +\\S`, 'm'));
    }
  });

  for (const name of names) {
    it(`explains ${name} with --help and with help, alike`, async () => {
      const asked = await helpOf(name, '--help');
      assert.match(asked, new RegExp(`^Usage: relais ${name} `));
      assert.match(asked, /^ {2}(?!-h)\S+.* {2,}\S/m);
      assert.equal(await helpOf('help', name), asked);
    });
  }

  for (const name of names) {
    it(`points to the help of ${name} after an error in it`, async () => {
      const errors = await errorsOf(name, '--frobnicate');
      assert.match(errors, /^error: (?:unknown|required) option /);
      assert.ok(errors.endsWith(`(relais ${name} --help explains it)\n`), errors);
    });
  }

  it('points to the help of a command whose verb is unknown', async () => {
    assert.equal(
      await errorsOf('domain', 'frobnicate'),
      "error: unknown command 'frobnicate'\n(relais domain --help explains it)\n",
    );
  });

  it('refuses to explain a command that does not exist, and points to the list', async () => {
    const { out, errors, code } = await parse('help', 'frobnicate');
    assert.equal(errors, (await parse('frobnicate')).errors);
    assert.match(errors, /^error: unknown command 'frobnicate'\n\(relais --help /);
    assert.deepEqual([out, code], ['', 'commander.unknownCommand']);
  });

  it('says “sign in” for the act, and “login” for the name', async () => {
    for (const name of names) {
      const help = await helpOf(name, '--help');
      assert.doesNotMatch(
        help.replaceAll('<login>', ''),
        /\blog(?:s|ged|ging)? in\b|\blogins\b/,
        name,
      );
    }
  });

  it('has one verb for a change and one for a removal', async () => {
    for (const name of names) {
      assert.doesNotMatch(await helpOf(name, '--help'), /^ {2}(?:change|edit|delete) /m, name);
    }
  });

  it('loads no library but Commander to print its version', () => {
    const { loaded, output } = loadedFor('--version');
    assert.match(output, /^\d+\.\d+\.\d+$/m);
    assert.deepEqual(librariesIn(loaded), ['commander']);
  });

  it("loads no command's code to list the commands, and only the declaration of each feature", () => {
    const code = loadedFor('--help').loaded.filter((file) => /command|features\//.test(file));
    const [commands, features] = [/^dist\/plugin\/commands\//, /^dist\/plugin\/features\//];
    assert.deepEqual(code.filter((file) => commands.test(file)).toSorted(), [
      'dist/plugin/commands/program.js',
      'dist/plugin/commands/registration.js',
      'dist/plugin/commands/run.js',
    ]);
    const more = code.filter((file) => features.test(file) && !file.endsWith('/feature.js'));
    assert.deepEqual(more.toSorted(), [
      'dist/plugin/features/jobs/kept.js',
      'dist/plugin/features/smtp-servers/stored-secrets.js',
    ]);
  });

  it('loads no web pages to explain a command', () => {
    for (const name of names) {
      const libraries = librariesIn(loadedFor(name, '--help').loaded);
      const ofPages = libraries.filter((each) =>
        ['ejs', 'express', 'express-session'].includes(each),
      );
      assert.deepEqual(ofPages, [], name);
    }
  });
});

async function helpOf(...args: readonly string[]): Promise<string> {
  const { out, code } = await parse(...args);
  assert.ok(code === undefined || code === 'commander.helpDisplayed', code);
  return out;
}

async function errorsOf(...args: readonly string[]): Promise<string> {
  return (await parse(...args)).errors;
}

/** What a command line prints, and Commander's code of how it ended. */
async function parse(
  ...args: readonly string[]
): Promise<{ readonly out: string; readonly errors: string; readonly code: string | undefined }> {
  const printed = { out: '', errors: '' };
  const program = createProgram();
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (more) => (printed.out += more),
      writeErr: (more) => (printed.errors += more),
    });
  }
  const code = await program.parseAsync(['node', 'relais', ...args]).then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code,
  );
  return { ...printed, code };
}

/** Runs the built `relais` and lists the files that it loads from the program's folder. */
function loadedFor(...args: readonly string[]): {
  readonly loaded: readonly string[];
  readonly output: string;
} {
  const cli = join(programFolder, 'dist', 'plugin', 'cli.js');
  const script = `
    require('node:module').registerHooks({
      load(url, context, next) {
        process.stderr.write(url + '\\n');
        return next(url, context);
      },
    });
    process.argv.splice(1, 0, ${JSON.stringify(cli)});
    import(require('node:url').pathToFileURL(process.argv[1]).href);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, '--', ...args], {
    encoding: 'utf8',
  });
  const loaded = stderr.split('\n').filter((url) => url.startsWith('file:'));
  return {
    loaded: loaded.map((url) => relative(programFolder, fileURLToPath(url))),
    output: stdout,
  };
}

function librariesIn(files: readonly string[]): readonly string[] {
  const libraries = files.flatMap(
    (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  return [...new Set(libraries)];
}
