import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { join } from 'node:path';
import { StartError } from '../../../plugin/errors.js';
import { postfixGroup } from '../../../plugin/mail-server/postfix-group.js';
import { listenOnSocket } from '../../../plugin/mail-server/answering/listen.js';
import { isListening, removeFolder, temporaryFolder } from '../../support/processes.js';

describe('the look-up socket', () => {
  let folder: string;
  let path: string;
  const servers: Server[] = [];

  beforeEach(() => {
    folder = temporaryFolder('listen');
    path = join(folder, 'lookups', 'socket');
  });

  afterEach(() => {
    servers.splice(0).forEach((server) => server.close());
    removeFolder(folder);
  });

  const listen = async (where = path): Promise<void> => {
    const server = createServer();
    servers.push(server);
    await listenOnSocket(server, where);
  };

  it('admits Postfix’s group only', async () => {
    await listen();
    const group = postfixGroup() ?? process.getgid?.();
    for (const [each, mode] of [
      [join(folder, 'lookups'), 0o750],
      [path, 0o660],
    ] as const) {
      assert.equal(statSync(each).mode & 0o777, mode);
      assert.equal(statSync(each).gid, group);
    }
  });

  it('keeps the permissions of an existing folder', async () => {
    mkdirSync(join(folder, 'lookups'), { mode: 0o711 });
    await listen();
    assert.equal(statSync(join(folder, 'lookups')).mode & 0o777, 0o711);
  });

  it('replaces the socket of a killed process', async () => {
    mkdirSync(join(folder, 'lookups'));
    const script =
      "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    spawnSync(process.execPath, ['-e', script, path]);
    assert.ok(lstatSync(path).isSocket());
    await listen();
    assert.ok(await isListening({ path }));
  });

  it('is removed when its server stops', async () => {
    await listen();
    servers.splice(0).forEach((server) => server.close());
    assert.equal(existsSync(path), false);
  });

  const refused = async (message: RegExp, where?: string): Promise<void> => {
    await assert.rejects(listen(where), (error) => {
      assert.ok(error instanceof StartError, String(error));
      assert.match(error.message, message);
      return true;
    });
  };

  it('is not taken from another process that answers', async () => {
    await listen();
    await refused(/Another process answers/);
    assert.ok(await isListening({ path }));
  });

  it('stops listening when it cannot restrict access', async () => {
    const server = createServer();
    servers.push(server);
    server.once('listening', () => rmSync(path));
    await assert.rejects(listenOnSocket(server, path), StartError);
    assert.equal(server.listening, false);
  });

  it('does not replace a regular file', async () => {
    writeFileSync(join(folder, 'file'), '');
    await refused(/is no socket/, join(folder, 'file'));
  });

  it('rejects a path that is too long for a socket', async () => {
    await refused(/longer than 107 characters/, join(folder, 'x'.repeat(120)));
  });
});
