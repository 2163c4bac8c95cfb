import assert from 'node:assert/strict';
import { outgoingConfig, smtpPolicy } from '../../../plugin/features/smtp-servers/policy.js';
import { machineName } from '../../../plugin/sending/client-name.js';
import { Scene } from '../messages/scene.js';
import { useOpened } from '../../support/opened.js';

describe('the mail host name', () => {
  const scene = useOpened(() => Scene.open('sqlite'));

  const set = async (...names: readonly string[]) => {
    const { settings } = scene.app.features;
    await settings.change(scene.app.operator, { 'mail-host-name': names });
  };
  const nameUsed = async (publicUrl: string | undefined) => {
    const outgoing = outgoingConfig({ ...scene.app.config, publicUrl });
    return (await smtpPolicy(scene.app.features.settings, outgoing)).clientName;
  };

  it('is the setting, else the panel’s public name, else the machine’s name', async () => {
    const machine = await machineName();
    await set('mail.provider.example');
    assert.equal(await nameUsed('https://panel.provider.example/'), 'mail.provider.example');
    await set();
    assert.equal(await nameUsed('https://panel.provider.example/'), 'panel.provider.example');
    for (const inner of ['http://192.0.2.7:8880/', 'http://panel/', 'https://[2001:db8::1]/']) {
      assert.equal(await nameUsed(inner), machine, inner);
    }
    assert.equal(await nameUsed(undefined), machine);
  });

  it('is the name in the outbox’s greeting', async () => {
    const heard: string[] = [];
    const server = await scene.startServer({
      onMailFrom(_address, session, done) {
        heard.push(session.hostNameAppearsAs);
        done();
      },
    });
    await scene.addServer(server.port);
    await set('mail.provider.example');
    const outbox = scene.outbox();
    await scene.accept(outbox);
    await outbox.outbox.drain();
    assert.deepEqual(heard, ['mail.provider.example']);
  });
});
