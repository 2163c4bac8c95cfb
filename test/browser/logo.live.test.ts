import assert from 'node:assert/strict';
import { logoLimits, mostLogoBytes } from '../../plugin/features/smtp-servers/logo.js';
import { languageFor } from '../../plugin/web/locale.js';
import { useTab } from './tab.js';

describe('the logo of a signature', () => {
  const tab = useTab();

  it('is rejected at once when it is too large, so that no input is lost', async () => {
    const { t } = languageFor('en');
    await tab.open('/smtp-servers/new');
    const { page } = tab;
    await page.locator('#title').fill('Typed');
    const logo = page.locator('#logo');
    const refusal = page
      .getByRole('status')
      .getByText(t('smtp-servers.errors.logo-size', logoLimits));
    const choose = async (bytes: number): Promise<string> => {
      const buffer = Buffer.alloc(bytes);
      await logo.setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer });
      return await logo.inputValue();
    };
    assert.equal(await choose(mostLogoBytes + 1), '');
    await refusal.waitFor();
    assert.notEqual(await choose(mostLogoBytes), '');
    await refusal.waitFor({ state: 'hidden' });
    assert.equal(await page.locator('#title').inputValue(), 'Typed');
  });
});
