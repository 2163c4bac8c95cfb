import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addAccount, addDomain } from '../support/fixtures.js';
import { programPath } from '../support/packages.js';
import { temporaryFolder } from '../support/processes.js';
import { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';

describe('the PDF file of a filtered list', () => {
  const { app, web } = useServedApp();
  let administrator: Visitor;
  before(async () => {
    const id = await addAccount(app, 'anna', { role: 'administrator' });
    await addAccount(app, 'marie');
    await addDomain(app, 'marie.example', 'marie');
    administrator = await Visitor.signedIn(web, app, id);
  });

  const read = async (query: string): Promise<string> => {
    const { cookie } = administrator.credentials;
    const url = `${web.url}/domains/export?format=pdf${query}`;
    const answer = await fetch(url, { headers: { cookie } });
    assert.equal(answer.status, 200);
    const file = join(temporaryFolder('narrowed'), 'list.pdf');
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    return execFileSync(programPath('pdftotext'), ['-layout', file, '-'], { encoding: 'utf8' });
  };

  it('has the search and the filters at its head, in the page’s words', async () => {
    const text = await read('&q=marie&mail=on&owner=marie');
    for (const words of ['Search: marie', 'Owner: marie', 'Mail service: On', '1 row']) {
      assert.ok(text.includes(words), `${words} in ${text}`);
    }
    const page = await administrator.get('/domains?q=marie&mail=on&owner=marie');
    assert.match(page.text, /Mail service: On</);
    assert.match(page.text, /Owner: marie</);
  });

  it('has no such head without a search or filters', async () => {
    assert.doesNotMatch(await read(''), /Search:|Owner:|Mail service:/);
  });
});
