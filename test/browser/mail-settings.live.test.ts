import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type Looks, assertAccessible, assertFitsWidth, openTab } from '../support/browser.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import type { Who } from './site.js';
import { useTab } from './tab.js';

/** Each policy with a rejected value, its message, and an accepted value. */
const policies = [
  {
    name: 'Return to the sender with a message',
    field: 'Text of the message',
    refused: '',
    says: 'This field is required.',
    taken: 'Please call us instead.',
  },
  {
    name: 'Forward to an address',
    field: 'Address',
    refused: 'nobody at all',
    says: 'An e-mail address needs an @.',
    taken: `accueil@${domains.forward}`,
  },
  {
    name: 'Redirect to another mail server',
    field: 'IP address of the server',
    refused: '10.0.0.25',
    says: 'This address is in a private network.',
    taken: '9.9.9.9',
  },
  {
    name: 'Refuse',
    field: 'Text of the refusal (optional)',
    refused: 'x'.repeat(301),
    says: 'this text has 301 characters; a reply holds at most 214.',
    taken: 'Nobody of that name works here.',
  },
] as const;

describe('the mail settings of a domain', () => {
  const tab = useTab();

  const urlOf = (domain: string): string => tab.site.web.url + pathOf(domain);
  const open = (domain: string, looks: Partial<Looks> = {}, who?: Who): Promise<void> =>
    tab.open(pathOf(domain), looks, who);
  const radio = (name: string): Locator => tab.page.getByRole('radio', { name });
  const field = (name: string): Locator => tab.page.getByLabel(name, { exact: true });
  const press = (name: string): Promise<void> =>
    tab.page.getByRole('button', { name, exact: true }).click();
  const notice = (domain: string): Promise<void> =>
    tab.page.getByText(`The mail settings of ${domain} have been saved.`).waitFor();

  for (const [index, { on, looks }] of screens.entries()) {
    const domain = domains.changed[index] ?? '';
    it(`are found by search and set to each of the four policies, ${on}`, async () => {
      await tab.open('/domains', looks);
      tab.expectStatus(422);
      await tab.page.getByRole('searchbox').fill(domain);
      await tab.page.getByRole('searchbox').press('Enter');
      await tab.page.getByRole('link', { name: domain, exact: true }).click();

      for (const { name, field: label, refused, says, taken } of policies) {
        await radio(name).check();
        await field(label).fill(refused);
        await press('Apply');
        await tab.page.getByRole('alert').getByText('One field contains an error:').waitFor();
        assert.match(await tab.page.title(), /^Invalid input – Mail settings – /);
        await assertSaid(field(label), says);
        assert.equal(await field(label).inputValue(), refused);
        assert.ok(await radio(name).isChecked());
        await assertFitsWidth(tab.page);

        await field(label).fill(taken);
        await press('Apply');
        await notice(domain);
        assert.equal(tab.page.url().replace(/\?back=[^&]*$/, ''), urlOf(domain));
        assert.ok(await radio(name).isChecked());
        assert.equal(await field(label).inputValue(), taken);
      }
    });
  }

  it('show the fields of the selected policy only', async () => {
    await open(domains.usual);
    for (const { name, field: label } of policies) {
      await radio(name).check();
      for (const other of policies) {
        assert.equal(await field(other.field).isVisible(), other.field === label, other.field);
      }
    }
  });

  it('show every invalid field at once, with a link to it', async () => {
    await open(domains.usual);
    tab.expectStatus(422);
    await radio('Redirect to another mail server').check();
    await field('IP address of the server').fill('mail.example');
    await field('Port').fill('99999');
    await press('Save');
    await assertAccessible(tab.page);
    const summary = tab.page.getByRole('alert');
    await summary.getByText('2 fields contain errors:').waitFor();
    await assertSaid(field('Port'), 'A port is a number from 1 to 65535.');
    assert.equal(await summary.evaluate((alert) => alert === document.activeElement), true);
    await summary.getByRole('link').last().press('Enter');
    assert.equal(await field('Port').evaluate((input) => input === document.activeElement), true);
  });

  it('return to the list once saved, and stay unchanged when cancelled', async () => {
    await open(domains.changed[0]);
    await radio('Refuse').check();
    await field('Text of the refusal (optional)').fill('Saved.');
    await press('Save');
    await notice(domains.changed[0]);
    assert.equal(new URL(tab.page.url()).pathname, '/domains');
    await tab.page.reload();
    assert.equal(await tab.page.getByText('have been saved').count(), 0, 'a notice is shown once');

    await tab.goTo(pathOf(domains.changed[0]));
    await field('Text of the refusal (optional)').fill('Never mind.');
    await tab.page.getByRole('link', { name: 'Cancel' }).click();
    await tab.goTo(pathOf(domains.changed[0]));
    assert.equal(await field('Text of the refusal (optional)').inputValue(), 'Saved.');
  });

  for (const width of [1280, 360] as const) {
    it(`show what somebody else changed meanwhile, and keep the input, at ${width} px`, async () => {
      const domain = domains.changed[1];
      await open(domain, { width });
      tab.expectStatus(409);
      await radio('Return to the sender with a message').check();
      await field('Text of the message').fill('What I was typing.');

      const other = await openTab(await tab.site.contextOf('administrator'));
      await other.page.goto(urlOf(domain));
      await other.page.getByRole('radio', { name: 'Forward to an address' }).check();
      await other.page
        .getByLabel('Address', { exact: true })
        .fill(`postmaster${width}@other.example`);
      await other.page.getByRole('button', { name: 'Apply' }).click();
      await other.page.getByText('have been saved').waitFor();
      await other.page.close();
      other.assertQuiet();

      await press('Apply');
      const alert = tab.page.getByRole('alert');
      await alert.getByText(`Somebody else has changed the mail settings of ${domain}`).waitFor();
      await alert.getByText('camille').waitFor();
      await alert.getByText(`postmaster${width}@other.example`).waitFor();
      assert.equal(await alert.evaluate((element) => element === document.activeElement), true);
      assert.equal(await field('Text of the message').inputValue(), 'What I was typing.');
      assert.ok(await radio('Return to the sender with a message').isChecked());
      await assertAccessible(tab.page);
      await assertFitsWidth(tab.page);

      await press('Apply');
      await notice(domain);
      assert.equal(await field('Text of the message').inputValue(), 'What I was typing.');
    });
  }

  it('keep the input for policies that are not selected', async () => {
    await open(domains.changed[2]);
    await radio('Forward to an address').check();
    await field('Address').fill('kept@other.example');
    await radio('Refuse').check();
    await press('Apply');
    await notice(domains.changed[2]);
    await radio('Forward to an address').check();
    assert.equal(await field('Address').inputValue(), 'kept@other.example');
  });

  const unknown = { mx: 'unknown', mx_hosts: null, mx_at: null, mx_failed_at: null };
  const forgetExchangers = async (): Promise<void> => {
    await tab.site.app.db.knex('domains').where({ name: domains.off }).update(unknown);
  };

  it('check the MX records without leaving the page, and keep what is typed', async () => {
    await forgetExchangers();
    await open(domains.off);
    await tab.page.getByText('have not been looked up yet').waitFor();
    await tab.page.locator('#mailEnabled').check();
    await tab.page.getByRole('link', { name: 'Check the MX records now' }).focus();
    await tab.page.keyboard.press('Enter');
    await tab.page.getByText('The domain’s mail is hosted elsewhere: mx.librairie').waitFor();
    assert.equal(await tab.page.getByRole('heading', { level: 1 }).count(), 1);
    assert.ok(await tab.page.locator('#mailEnabled').isChecked());
    assert.equal(tab.page.url(), urlOf(domains.off));
  });

  it('check the MX records on a separate page without JavaScript', async () => {
    await forgetExchangers();
    await open(domains.off, { javaScript: false });
    await tab.page.getByRole('link', { name: 'Check the MX records now' }).click();
    await tab.page.getByRole('button', { name: 'Check the MX records now' }).click();
    await tab.page.getByText('The domain’s mail is hosted elsewhere: mx.librairie').waitFor();
    await tab.page.getByRole('link', { name: 'Back to the mail settings' }).click();
    assert.equal(tab.page.url(), urlOf(domains.off));
    await tab.page.getByText('The domain’s mail is hosted elsewhere: mx.librairie').waitFor();
  });

  it('preview the next message without leaving the page', async () => {
    await open(domains.usual);
    const title = await tab.page.title();
    await field('Recipient').fill('nobody');
    await field('Recipient').press('Enter');
    await tab.page.getByText(`A message for nobody@${domains.usual} is refused at once`).waitFor();
    assert.equal(tab.page.url(), urlOf(domains.usual));
    assert.equal(await tab.page.title(), title);
    assert.equal(await field('Recipient').evaluate((it) => it === document.activeElement), true);
    await assertAccessible(tab.page);
  });

  it('preview the next message on a separate page without JavaScript', async () => {
    await open(domains.usual, { javaScript: false });
    await field('Recipient').fill('nobody');
    await tab.page.getByRole('button', { name: 'Test' }).click();
    await tab.page.getByText(`A message for nobody@${domains.usual} is refused at once`).waitFor();
    await tab.page.getByRole('link', { name: 'Back to the mail settings' }).click();
    assert.equal(tab.page.url(), urlOf(domains.usual));
  });

  it('are read-only where the plan does not permit changes', async () => {
    await open(domains.readOnly, {}, 'reader');
    await tab.page.getByText('Your plan does not let you change these settings.').waitFor();
    assert.equal(await tab.page.getByRole('button', { name: 'Save' }).count(), 0);
    assert.equal(await radio('Refuse').isDisabled(), true);
    assert.equal(
      await tab.page.getByRole('switch').or(tab.page.getByRole('checkbox')).isDisabled(),
      true,
    );
  });

  it('are the same in French', async () => {
    await open(domains.changed[3], { locale: 'fr' });
    tab.expectStatus(422);
    await radio('Renvoyer à l’expéditeur avec un message').check();
    await field('Texte du message').fill('');
    await press('Enregistrer');
    await tab.page.getByRole('alert').getByText('Un champ contient une erreur').waitFor();
    assert.match(await tab.page.title(), /^Saisie non valide – Paramètres de messagerie – /);
  });
});

function pathOf(domain: string): string {
  return `/domains/${domain}/mail-settings`;
}

/** Asserts that the message is at the field and announced with it. */
async function assertSaid(field: Locator, text: string): Promise<void> {
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  const described = await field.evaluate((input) =>
    (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent.trim() ?? '')
      .join(' '),
  );
  assert.ok(described.includes(text), described);
}
