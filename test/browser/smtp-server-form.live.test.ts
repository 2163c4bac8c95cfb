import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { assertAccessible } from '../support/browser.js';
import { domains } from './sample.js';
import { useTab } from './tab.js';

describe('the form of an SMTP server', () => {
  const tab = useTab();

  const input = (id: string): Locator => tab.page.locator(`#${id}`);

  it('is changed only after a warning about mail that would wait is confirmed', async () => {
    const { server: id } = tab.site.sample.ids;
    const relayed = tab.site.app.db.knex('domains').where({ name: domains.usual });
    await relayed.clone().update({ relay_id: id });
    await tab.open(`/smtp-servers/${id}`);
    tab.expectStatus(422);
    await input('address').fill('autre@boulangerie-morel.example');
    await tab.page.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.page
      .getByRole('alert')
      .getByRole('link', { name: /^Let this mail wait/ })
      .click();
    const box = tab.page.getByRole('checkbox', { name: 'Let this mail wait' });
    assert.equal(await box.evaluate((each) => each === document.activeElement), true);
    await assertAccessible(tab.page);
    await relayed.clone().update({ relay_id: null });
  });

  it('suggests port and security for each other until they are chosen, and warns when they disagree', async () => {
    const warning = (about: string) =>
      tab.page.locator(`[data-disagreement="${about}"]`).waitFor({ state: 'visible' });
    const typePort = async (port: string): Promise<void> => {
      await input('port').fill(port);
      await input('port').blur();
    };
    await tab.open('/smtp-servers/new');
    await typePort('465');
    assert.equal(await input('security').inputValue(), 'tls');
    await input('security').selectOption('starttls');
    assert.equal(await input('port').inputValue(), '465');
    await warning('tls-expected');

    await tab.open('/smtp-servers/new');
    await input('security').selectOption('tls');
    assert.equal(await input('port').inputValue(), '465');
    await typePort('587');
    assert.equal(await input('security').inputValue(), 'tls');
    await warning('tls-unexpected');
    await assertAccessible(tab.page);
  });

  for (const javaScript of [true, false]) {
    it(`is submitted by Enter without a preview, ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
      await tab.open('/smtp-servers/new', { javaScript });
      tab.expectStatus(422);
      await input('title').fill('Only a title');
      await input('title').press('Enter');
      await tab.page.getByRole('alert').waitFor();
      assert.equal(await input('title').inputValue(), 'Only a title');
      if (javaScript) {
        await tab.page.waitForURL((url) => url.search === '');
      }
    });
  }

  it('shows only the fields of the selected authentication', async () => {
    await tab.open('/smtp-servers/new');
    const shown = async (): Promise<readonly boolean[]> =>
      await Promise.all(['user', 'password', 'refreshToken'].map((id) => input(id).isVisible()));
    assert.deepEqual(await shown(), [true, true, false]);
    await input('authentication-xoauth2').check();
    assert.deepEqual(await shown(), [true, false, true]);
    await input('authentication-none').check();
    assert.deepEqual(await shown(), [false, false, false]);
  });

  it('has a signature editor that shows the result', async () => {
    await tab.open('/smtp-servers/new');
    const editor = tab.page.getByRole('textbox', { name: 'Signature (optional)' });
    await editor.click();
    await tab.page.keyboard.type('Plain ');
    await tab.page.getByRole('button', { name: 'Bold' }).click();
    await tab.page.keyboard.type('bold');
    await tab.page.keyboard.press('Enter');
    await tab.page.keyboard.type('below');
    assert.match(
      await input('signature').inputValue(),
      /^<p>Plain (&nbsp;)?<b>bold<\/b><\/p><p><b>below<\/b><\/p>$/,
    );
    await assertAccessible(tab.page);
    await tab.page.getByRole('button', { name: 'HTML' }).click();
    await input('signature').fill(
      '<p style="position:fixed">a<img src="https://x.example/"><script>1</script><a href="java\tscript:x">b</a></p>',
    );
    await tab.page.getByRole('button', { name: 'HTML' }).click();
    await editor.press('End');
    await tab.page.keyboard.type('!');
    assert.equal(await input('signature').inputValue(), '<p>a<a>b!</a></p>');
  });

  it('keeps the same of a signature in the editor as the server does', async () => {
    await tab.open('/smtp-servers/new');
    const source = tab.page.getByRole('button', { name: 'HTML' });
    await source.click();
    await input('signature').fill(
      '<title>x</title><style>td { color: red }</style>' +
        '<table cellpadding="3"><tbody><tr><td style="color:#c00;position:fixed" onclick="x">Anna</td>' +
        '<td bgcolor="#eee">Sales</td></tr></tbody></table>' +
        '<section>We <3 <a href="www.x.example">x</a> & <info@x.example></section>',
    );
    await source.click();
    const editor = tab.page.getByRole('textbox', { name: 'Signature (optional)' });
    await editor.click();
    await tab.page.keyboard.press('Control+End');
    await tab.page.keyboard.type('!');
    assert.equal(
      await input('signature').inputValue(),
      '<table cellpadding="3"><tbody><tr><td style="color: rgb(204, 0, 0);">Anna</td>' +
        '<td bgcolor="#eee">Sales</td></tr></tbody></table>' +
        '<p>We &lt;3 <a href="www.x.example">x</a> &amp; &lt;info@x.example&gt;!</p>',
    );
  });
});
